import { mkdir } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { SampleSet } from '../../contract/records/samples'
import type { TimelineAxis } from '../../contract/records/gallery'
import { UserError } from '../../data/userError'
import type { Session } from './command'
import { number } from './command'
import type { DrawFlags } from './drawn'
import { drawn } from './drawn'
import type { ResultFlags } from './resultFlags'
import { written } from './resultFlags'

/** What an animation of the training gallery looks like. */
export interface EvolutionFlags {
  beside?: string[]
  axis: TimelineAxis
  delay: number
  scale: number
  columns?: number
  probabilities?: boolean
  caption: boolean
  loop: boolean
}

const evolutionOptions = (): Option[] => [
  new Option('--beside <run...>', '.gif and .png: further runs, side by side with the first'),
  new Option('--axis <axis>', '.gif and .png of several runs: what lays them beside each other').choices(['step', 'seconds', 'nll']).default('step'),
  new Option('--delay <ms>', '.gif: milliseconds of a frame').argParser(number('--delay', { integer: true, minimum: 20 })).default(300),
  new Option('--scale <n>', '.gif and .png: screen pixels per pixel').argParser(number('--scale', { integer: true, minimum: 1 })).default(2),
  new Option('--columns <n>', ".gif and .png: columns of a run's samples").argParser(number('--columns', { integer: true, minimum: 1 })),
  new Option('--probabilities', '.gif and .png: the probability images instead of the samples'),
  new Option('--no-caption', '.gif and .png: without names, steps and likelihoods'),
  new Option('--no-loop', '.gif: ends at its last frame'),
]

/** Adds the options of `export --to FILE.gif` and `FILE.png`. */
export function withEvolutionOptions(command: Command): Command {
  for (const option of evolutionOptions()) command.addOption(option)
  return command
}

export function pictureFormat(path: string): 'gif' | 'png' | null {
  const extension = extname(path).toLowerCase()
  return extension === '.gif' ? 'gif' : extension === '.png' ? 'png' : null
}

/** `export --to FILE.gif`: the gallery that training has drawn, through training; `FILE.png`: its last moment. */
export async function exportEvolution({ client, output }: Session, { run, ...flags }: ResultFlags & EvolutionFlags, to: string, format: 'gif' | 'png'): Promise<void> {
  const file = await client.exports.evolution({
    runIds: [run, ...(flags.beside ?? [])],
    axis: flags.axis,
    format,
    delay: flags.delay,
    scale: flags.scale,
    what: flags.probabilities ? 'means' : 'samples',
    caption: flags.caption,
    loop: flags.loop,
    ...(flags.columns === undefined ? {} : { columns: flags.columns }),
  })
  await mkdir(dirname(to), { recursive: true })
  const files = [await written(to, file)]
  output.answer({ files }, files.join('\n'))
}

/** `sample --out FILE.gif`: the same samples, drawn from every checkpoint that is kept. */
export async function animateCheckpoints(session: Session, flags: DrawFlags & { out: string; prime?: string; scale: number; columns?: number; delay: number }): Promise<void> {
  const { client, output } = session
  if (flags.prime !== undefined) throw new UserError('--prime continues a recording, which is no picture.', { field: 'prime', mend: 'Write it as .wav.' })
  if (flags.checkpoint !== 'best')
    throw new UserError(`--checkpoint ${flags.checkpoint} names one checkpoint, but a .gif shows all of them.`, { field: 'checkpoint', mend: 'Leave it out, or write a .png.' })
  const steps = (await client.checkpoints.list({ runId: flags.run })).filter(({ record }) => record !== null).map(({ step }) => step)
  if (steps.length === 0) throw new UserError(`${flags.run} has no checkpoint yet.`, { field: 'run', mend: 'Let it train until its first checkpoint.' })
  const sets: SampleSet[] = []
  for (const step of steps) {
    output.say(`step ${step}: drawing ${flags.count} samples (${sets.length + 1} of ${steps.length} checkpoints)`)
    const set = await drawn(session, flags, step)
    if (!set) return
    sets.push(set)
  }
  const path = resolve(flags.out)
  await mkdir(dirname(path), { recursive: true })
  const { scale, columns, delay } = flags
  const file = await client.exports.animation({ sets, scale, delay, ...(columns === undefined ? {} : { columns }) })
  const files = [await written(path, file)]
  const seconds = sets.reduce((sum, set) => sum + set.seconds, 0)
  output.answer({ files, frames: sets.length, steps, seconds, recipes: sets.map(({ recipe }) => recipe) }, `${files[0]}: ${flags.count} samples at ${steps.length} checkpoints, steps ${steps[0]} to ${steps.at(-1)}`)
}
