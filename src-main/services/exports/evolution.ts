import type { TimelineMoment } from '../../contract/galleryTimeline'
import { momentAt, timelineMoments, whyNotByNll } from '../../contract/galleryTimeline'
import { nllUnit } from '../../contract/domain'
import type { AnimationLook, EvolutionRequest, GalleryFrame } from '../../contract/records/gallery'
import type { RunRecord } from '../../contract/records/run'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { StudioContext } from '../context'
import { galleryFrames, gallerySamples } from '../gallery'
import type { Canvas } from './canvas'
import { encodeGif } from './gif'
import type { GalleryCell, GalleryFrames } from './galleryFrames'
import { drawGalleryFrames } from './galleryFrames'
import { canvasPng } from './imageGrid'

interface Beside {
  run: RunRecord
  frames: GalleryFrame[]
  /** By index of the frame. */
  sets: Map<number, SampleSet>
}

/** Galleries through training as an animated GIF, or one moment of them as a PNG; every frame's samples and figures are those that training has kept. */
export function exportEvolution(context: StudioContext, input: EvolutionRequest): Promise<File> {
  const runs = input.runIds.map((id) => context.runs.get(id))
  requireComparable(runs, input)
  const title = `Drawing the evolution of ${runs.map(({ name }) => name).join(', ')}`
  return context.jobs.run({ kind: 'export', title, runId: runs[0]!.id, unit: 'frames' }, async (job) => {
    const beside = await Promise.all(runs.map(async (run): Promise<Beside> => ({ run, frames: await galleryFrames(context, run.id), sets: new Map() })))
    const moments = timelineMoments(beside.map(({ frames }) => frames), input.axis)
    if (moments.length === 0) throw nothingDrawn(beside, input)
    const chosen = input.format === 'png' ? [moments[momentAt(moments, input.axis, input.at)]!] : thinned(moments, input.frames)
    let done = 0
    for (const moment of chosen) {
      job.signal.throwIfAborted()
      await loadSets(context, beside, moment)
      job.update({ done: ++done, total: chosen.length })
    }
    const pictures = drawGalleryFrames(composed(beside, chosen), input)
    const about = { runs: beside.map(({ run }) => ({ id: run.id, name: run.name, seed: run.training.seed })), axis: input.axis, moments: chosen.map((moment) => aboutMoment(beside, moment)), what: input.what, scale: input.scale }
    const stem = `${runs[0]!.id}${runs.length > 1 ? `-beside-${runs.length - 1}` : ''}`
    if (input.format === 'gif') return gifFile(pictures, input, `${stem}-evolution.gif`, about)
    const png = await canvasPng(pictures[0]!, { Software: 'Chainrule', 'chainrule:evolution': JSON.stringify(about) })
    const suffix = runs.length > 1 ? 'side-by-side' : `step${beside[0]!.frames[chosen[0]!.places[0]!.frame ?? 0]?.step ?? 0}`
    return new File([new Uint8Array(png)], `${stem}-${suffix}.png`, { type: 'image/png' })
  })
}

/** Sets drawn one after another as an animated GIF, each named by its checkpoint. */
export async function exportAnimation({ sets, ...look }: { sets: SampleSet[] } & AnimationLook): Promise<File> {
  const [first] = sets
  if (!first) throw new UserError('There are no samples to make an animation of.', { field: 'sets' })
  const other = sets.find(({ domain }) => JSON.stringify(domain.shape) !== JSON.stringify(first.domain.shape))
  if (other) throw new UserError(`Samples of ${other.domain.shape.join(' × ')} do not fit those of ${first.domain.shape.join(' × ')}.`, { field: 'sets', mend: 'Put samples of one model into an animation.' })
  const frames = sets.map((set): GalleryCell[] => [{ set, caption: stepWords(set.recipe.checkpointStep) }])
  const pictures = drawGalleryFrames({ titles: [null], domains: [first.domain], count: Math.max(...sets.map(({ recipe }) => recipe.count)), frames }, look)
  const { runId, seed } = first.recipe
  return gifFile(pictures, look, `${runId}-seed${seed}.gif`, { recipes: sets.map(({ recipe }) => recipe), what: look.what, scale: look.scale })
}

async function gifFile(pictures: Canvas[], { delay, hold, loop }: AnimationLook, name: string, about: object): Promise<File> {
  const delays = pictures.map((_picture, index) => (index === pictures.length - 1 && pictures.length > 1 ? hold : delay))
  const gif = await encodeGif(pictures, { delays, loop, comment: JSON.stringify({ software: 'Chainrule', ...about }) })
  return new File([new Uint8Array(gif)], name, { type: 'image/gif' })
}

function requireComparable(runs: readonly RunRecord[], { axis, runIds }: EvolutionRequest): void {
  const twice = runIds.find((id, index) => runIds.indexOf(id) !== index)
  if (twice !== undefined) throw new UserError(`${twice} is named twice.`, { field: 'runIds', mend: 'Name each run once.' })
  const sound = runs.find(({ dataset }) => dataset.domain.kind === 'audio')
  if (sound) throw new UserError(`The samples of ${sound.name} are ${sound.dataset.domain.kind}, not pictures.`, { field: 'runIds', mend: 'Leave that run out, or export its samples as WAV.' })
  const why = axis === 'nll' ? whyNotByNll(runs) : null
  if (why) throw new UserError(why, { field: 'axis', mend: 'Lay the runs beside each other by step or by seconds.' })
}

function nothingDrawn(beside: readonly Beside[], { axis }: EvolutionRequest): UserError {
  const names = beside.map(({ run }) => run.name).join(', ')
  if (beside.every(({ frames }) => frames.length === 0))
    return new UserError(`${names}: training has drawn no gallery samples.`, { field: 'runIds', mend: "Train with 'gallerySamples' above 0, or draw samples of its checkpoints." })
  return new UserError(`${names}: no gallery samples have a known ${axis === 'nll' ? 'validation NLL' : 'training time'}.`, { field: 'axis', mend: 'Choose the axis step.' })
}

/** Evenly, with the first and the last. */
function thinned(moments: readonly TimelineMoment[], most: number): TimelineMoment[] {
  if (moments.length <= most) return [...moments]
  if (most === 1) return [moments.at(-1)!]
  return Array.from({ length: most }, (_value, place) => moments[Math.round((place * (moments.length - 1)) / (most - 1))]!)
}

async function loadSets(context: StudioContext, beside: readonly Beside[], { places }: TimelineMoment): Promise<void> {
  await Promise.all(
    beside.map(async ({ run, frames, sets }, index) => {
      const frame = places[index]?.frame ?? null
      if (frame !== null && !sets.has(frame)) sets.set(frame, await gallerySamples(context, run.id, frames[frame]!.step))
    }),
  )
}

function composed(beside: readonly Beside[], moments: readonly TimelineMoment[]): GalleryFrames {
  const counts = beside.flatMap(({ sets }) => (sets.size > 0 ? [Math.max(...[...sets.values()].map(({ levels, domain }) => levels.length / domain.shape.reduce((a, b) => a * b, 1)))] : []))
  return {
    titles: beside.map(({ run }) => (beside.length > 1 ? run.name : null)),
    domains: beside.map(({ run }) => run.dataset.domain),
    // The same place is the same sample in every run.
    count: Math.max(1, Math.min(...counts)),
    frames: moments.map(({ places }) => beside.map((one, index) => cellOf(one, places[index]!))),
  }
}

function cellOf({ run, frames, sets }: Beside, { frame, state }: TimelineMoment['places'][number]): GalleryCell {
  if (frame === null) return { set: null, caption: state === 'unreached' ? 'not reached' : 'not drawn yet' }
  const { step, valid } = frames[frame]!
  const own = nllUnit(run.dataset.domain)
  const unit = own === 'nats/example' ? 'nats' : own
  const nll = valid ? ` · ${valid.nats.toFixed(2)} ${unit}` : ''
  return { set: sets.get(frame) ?? null, caption: `${stepWords(step)}${nll}${state === 'ended' ? ' · end' : ''}` }
}

const stepWords = (step: number): string => `step ${step.toLocaleString('en')}`

function aboutMoment(beside: readonly Beside[], { value, places }: TimelineMoment): { value: number; steps: (number | null)[] } {
  return { value, steps: places.map(({ frame }, index) => (frame === null ? null : beside[index]!.frames[frame]!.step)) }
}
