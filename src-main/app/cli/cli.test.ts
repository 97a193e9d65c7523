import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPngText } from '../../services/exports/pngText'
import type { CliResult } from './testCli'
import { bundleCli, runCli, startCli } from './testCli'

let cli: string
let home: string
beforeAll(async () => {
  cli = await bundleCli()
  home = await mkdtemp(join(tmpdir(), 'chainrule-cli-'))
  await runCli(cli, home, ['generate', '--kind', 'glyphs', '--name', 'Glyphs', '--count', '400', '--seed', '3', '--binarize', 'threshold'])
}, 180_000)
afterAll(() => rm(dirname(cli), { recursive: true, force: true }))

interface Trained {
  run: string
  status: string
  steps: number
  valid: { nats: number; bitsPerDim: number }
  best: { step: number; nats: number }
  weightsHash: string
}

const small = '--family made --preset small --set batchSize=40 --set validateEvery=20 --set checkpointEvery=20 --set gallerySamples=0'.split(' ')
const train = (...args: string[]): Promise<Trained> => runCli(cli, home, ['train', '--dataset', 'glyphs', ...small, ...args])

describe('from data to an exported picture', () => {
  let run: string

  test('train answers what scripts read', async () => {
    const trained = await train('--set', 'hidden=[40]', '--set', 'training.learningRate=0.01', '--steps', '60', '--seed', '5')
    expect(trained).toMatchObject({ status: 'completed', steps: 60, weightsHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    expect(Object.keys(trained)).toEqual(
      expect.arrayContaining(['run', 'steps', 'epochs', 'seconds', 'stepsPerSecond', 'train', 'valid', 'best', 'weightsHash']),
    )
    run = trained.run
    const [record] = await runCli<
      { id: string; model: { config: { hidden: number[] } }; training: { learningRate: number; seed: number } }[]
    >(cli, home, ['runs'])
    expect(record).toMatchObject({ id: run, model: { config: { hidden: [40] } }, training: { learningRate: 0.01, seed: 5 } })
  }, 180_000)

  test('score agrees with its own table of examples', async () => {
    const [file, npy, png] = [join(home, 'scores.csv'), join(home, 'map.npy'), join(home, 'map.png')]
    const scoring = ['score', '--run', run, '--split', 'test']
    const score = await runCli<{ nats: number; examples: number; exact: boolean; weights: string; standardError: number; map: string }>(
      cli,
      home,
      [...scoring, '--per-example', file, '--map', npy],
    )
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    expect(lines[0]).toBe('index,nats')
    const nats = lines.slice(1).map((line) => Number(line.split(',')[1]))
    expect(nats).toHaveLength(score.examples)
    expect(nats.reduce((total, value) => total + value, 0) / nats.length).toBeCloseTo(score.nats, 8)
    expect(score).toMatchObject({ exact: true, unit: 'nats/example', split: 'test' })
    expect(score.standardError).toBeGreaterThan(0)

    // The map's pixels add up to the score.
    const bytes = await readFile(score.map)
    expect(bytes.subarray(0, 128).toString('latin1')).toContain("'descr': '<f4', 'fortran_order': False, 'shape': (28, 28, 1)")
    const pixels = new Float32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - 4 * 784, bytes.byteOffset + bytes.length))
    expect(pixels.reduce((sum, value) => sum + value, 0)).toBeCloseTo(score.nats, 3)
    await runCli(cli, home, [...scoring, '--map', png])
    expect(await sharp(png).metadata()).toMatchObject({ width: 28 * 8, height: 28 * 8 })
    expect(JSON.parse(readPngText(await readFile(png))['chainrule:map'] ?? '')).toMatchObject({ highest: expect.closeTo(Math.max(...pixels), 5) as number })
  }, 180_000)

  test('the same samples at every checkpoint are an animation; a gallery that was never drawn is none', async () => {
    const gif = join(home, 'evolution.gif')
    const sampling = ['sample', '--run', run, '--count', '4', '--scale', '2', '--out', gif]
    const { files, frames, steps } = await runCli<{ files: string[]; frames: number; steps: number[] }>(cli, home, sampling)
    expect({ files, frames, steps }).toEqual({ files: [gif], frames: 3, steps: [20, 40, 60] })
    expect(await sharp(gif, { animated: true }).metadata()).toMatchObject({ pages: 3, width: 2 * (28 * 2 + 2) - 2 })
    const { error } = await runCli<{ error: string }>(cli, home, ['export', '--run', run, '--to', gif], 1)
    expect(error).toMatch(/drawn no gallery samples/)
  }, 180_000)

  test('samples are the same for a seed, and the picture carries its recipe', async () => {
    const [first, second] = [join(home, 'a', 'grid.png'), join(home, 'b.npy')]
    const { files } = await runCli<{ files: string[] }>(cli, home, ['sample', '--run', run, '--count', '6', '--seed', '9', '--out', first])
    expect(files).toEqual([first])
    const { method } = await runCli<{ method: string }>(cli, home, [
      'sample',
      '--run',
      run,
      '--count',
      '6',
      '--seed',
      '9',
      '--naive',
      '--out',
      second,
    ])
    expect(method).toBe('naive')
    expect(JSON.parse(readPngText(await readFile(first))['chainrule:recipe'] ?? '')).toMatchObject({ runId: run, seed: 9, count: 6 })
    const layout = JSON.parse(readPngText(await readFile(first))['chainrule:layout'] ?? '') as {
      columns: number
      width: number
      height: number
      gap: number
    }
    const { data, info } = await sharp(first).raw().toBuffer({ resolveWithObject: true })
    const levels = (await readFile(second)).subarray(-6 * layout.width * layout.height)
    for (let index = 0; index < 6; index++) {
      const left = (index % layout.columns) * (layout.width + layout.gap)
      const top = Math.floor(index / layout.columns) * (layout.height + layout.gap)
      for (let pixel = 0; pixel < layout.width * layout.height; pixel++) {
        const at = (top + Math.floor(pixel / layout.width)) * info.width + left + (pixel % layout.width)
        expect(data[at * info.channels]).toBe((levels[index * layout.width * layout.height + pixel] ?? 0) * 255)
      }
    }
  }, 180_000)

  test('completions keep what the mask leaves, and say whether they are exact', async () => {
    const out = join(home, 'completed.npy')
    const completing = ['complete', '--run', run, '--examples', '0,5', '--draws', '2', '--seed', '4']
    interface Completed { exact: boolean; why: string; kept: number; filledIn: number; files: string[]; logProb: number[] }
    const completed = await runCli<Completed>(cli, home, [...completing, '--mask', 'top:0.5', '--out', out])
    expect(completed).toMatchObject({ exact: true, kept: 392, filledIn: 392, files: [out], method: 'cached', examples: [0, 5], draws: 2 })
    const bytes = await readFile(out)
    expect(bytes.subarray(0, 128).toString('latin1')).toContain("'shape': (2, 2, 28, 28, 1)")
    const [first, second] = [0, 1].map((draw) => bytes.subarray(bytes.length - (4 - draw) * 784, bytes.length - (3 - draw) * 784))
    expect(first!.subarray(0, 392)).toEqual(second!.subarray(0, 392))
    expect(first!.subarray(392)).not.toEqual(second!.subarray(392))

    const mask = join(home, 'mask.png')
    const white = await sharp({ create: { width: 10, height: 10, channels: 3, background: '#fff' } }).png().toBuffer()
    await sharp({ create: { width: 28, height: 28, channels: 3, background: '#000' } }).composite([{ input: white, left: 9, top: 9 }]).png().toFile(mask)
    const grid = join(home, 'completed.png')
    const approximate = await runCli<Completed>(cli, home, [...completing, '--mask', mask, '--out', grid])
    expect(approximate).toMatchObject({ exact: false, filledIn: 100, why: expect.stringMatching(/^Approximate: forward sampling/) as string })
    expect(await sharp(grid).metadata()).toMatchObject({ width: 4 * 30 - 2, height: 2 * 30 - 2 })

    const small = join(home, 'small.png')
    await writeFile(small, white)
    const refused = await startCli(cli, home, [...completing, '--mask', small, '--out', grid]).ended
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('small.png has 10×10 pixels, but the examples of this run have 28×28') as string })
  }, 180_000)

  test('a run is looked into: ranked examples, neighbours of samples, features', async () => {
    const [csv, picture, features] = [join(home, 'rank.csv'), join(home, 'neighbours.png'), join(home, 'features.npy')]
    const ranked = await runCli<{ nats: number; unit: string; warning: string; rows: { index: number; nats: number; typicality: number; complexity: number }[] }>(
      cli, home, ['rank', '--run', run, '--split', 'valid', '--by', 'complexity', '--csv', csv],
    )
    expect(ranked).toMatchObject({ unit: 'nats/example', exact: true, by: 'complexity', warning: expect.stringContaining('Nalisnick et al. 2019') as string })
    expect(ranked.rows.reduce((sum, { nats }) => sum + nats, 0) / ranked.rows.length).toBeCloseTo(ranked.nats, 6)
    expect(ranked.rows.map(({ complexity }) => complexity)).toEqual(ranked.rows.map(({ complexity }) => complexity).sort((a, b) => b - a))
    expect((await readFile(csv, 'utf8')).split('\n')[0]).toBe('index,nats,bitsPerDim,typicality,complexity,surprise,pngBits,label')

    const near = await runCli<{ searched: number; rows: { neighbours: { index: number; distance: number }[] }[]; files: string[] }>(
      cli, home, ['neighbours', '--run', run, '--count', '3', '--nearest', '2', '--out', picture],
    )
    expect(near.rows).toHaveLength(3)
    for (const { neighbours } of near.rows) expect(neighbours[0]!.distance).toBeLessThanOrEqual(neighbours[1]!.distance)
    expect(await sharp(picture).metadata()).toMatchObject({ width: 3 * 30 - 2, height: 3 * 30 - 2 })

    const answer = await runCli<{ shape: number[]; layer: string; files: string[] }>(cli, home, ['features', '--run', run, '--split', 'valid', '--out', features])
    expect(answer).toMatchObject({ shape: [ranked.rows.length, 40], layer: 'hidden.0', labelled: true })
    expect((await readFile(features)).subarray(0, 128).toString('latin1')).toContain(`'shape': (${ranked.rows.length}, 40)`)
  }, 180_000)

  test('a run is compared with published results only where it may be', async () => {
    const { recognised, rows } = await runCli<{ recognised: string | null; rows: { kind: string; comparable: boolean; why: string | null }[] }>(cli, home, ['compare', run])
    expect(recognised).toBeNull()
    expect(rows[0]).toMatchObject({ kind: 'run', runId: run, comparable: true, why: null })
    expect(rows.slice(1).every(({ kind, comparable, why }) => kind === 'published' && !comparable && why !== null)).toBe(true)
    const refused = await startCli(cli, home, ['score', '--run', run, '--classify']).ended
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not conditioned on classes') as string })
  }, 180_000)

  test('a run is exported to a folder that needs nothing of the studio', async () => {
    const folder = join(home, 'exported')
    await runCli(cli, home, ['export', '--run', run, '--to', folder])
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'ema.safetensors', 'metrics.csv', 'model.json', 'model.py', 'weights.safetensors'])
    const document = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as {
      model: { family: string }
      parameters: { name: string; shape: number[] }[]
    }
    expect(document.model.family).toBe('made')
    const header = await readFile(join(folder, 'weights.safetensors'))
    const names = Object.keys(JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE(0))).toString()) as object).filter(
      (name) => name !== '__metadata__',
    )
    expect(names.sort()).toEqual(document.parameters.map(({ name }) => name))
    expect((await readFile(join(folder, 'metrics.csv'), 'utf8')).split('\n')[0]).toMatch(/^kind,step,epoch,seconds,nats,bitsPerDim/)
  }, 180_000)

  test('its own record trains it again, to the same weights', async () => {
    const [record] = await runCli<{ weightsHash: string }[]>(cli, home, ['runs'])
    const again = await runCli<Trained>(cli, home, ['train', '--config', join(home, 'runs', run, 'run.json')])
    expect(again.run).not.toBe(run)
    expect(again.weightsHash).toBe(record?.weightsHash)
    await runCli(cli, home, ['delete', '--run', again.run])
    expect(existsSync(join(home, 'runs', again.run))).toBe(false)
  }, 180_000)

  test('lists and figures', async () => {
    expect(await runCli(cli, home, ['datasets'])).toMatchObject([{ id: 'glyphs' }])
    expect(await runCli(cli, home, ['checkpoints', '--run', run])).toHaveLength(3)
    expect(await runCli(cli, home, ['queue'])).toEqual([])
    const families = await runCli<{ family: string; presets: string[] }[]>(cli, home, ['families'])
    expect(families.map(({ family }) => family)).toEqual(expect.arrayContaining(['nade', 'made', 'pixelcnn', 'wavenet']))
    const figures = await runCli<{ causal: boolean; leaks: unknown[]; parameters: number; blocks: { parameters: number }[] }>(cli, home, [
      'inspect',
      '--family',
      'made',
      '--dataset',
      'glyphs',
      '--set',
      'hidden=[50,50]',
    ])
    expect(figures).toMatchObject({ causal: true, leaks: [], proof: { causal: true, leaks: [], dimensions: 784 } })
    expect(figures.blocks.reduce((total, { parameters }) => total + parameters, 0)).toBe(figures.parameters)
  }, 180_000)
})

/** Steps of a training that is caught in its middle, and the weights that it ends with where nobody disturbs it. */
const caught = ['--steps', '240']
let undisturbed: Promise<string> | undefined
const undisturbedWeights = (): Promise<string> => (undisturbed ??= train(...caught).then(({ weightsHash }) => weightsHash))

test('a training killed with kill -9 at three moments resumes to the weights of an uninterrupted one', async () => {
  const expected = await undisturbedWeights()
  const first = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, ...caught, '--json'])
  await first.reaches(40)
  const id = /^([\w-]+): MADE/m.exec(first.stderr)?.[1] ?? ''
  first.process.kill('SIGKILL')
  await first.ended
  for (const step of [80, 140]) {
    const next = startCli(cli, home, ['train', '--resume', id, '--json'])
    await next.reaches(step)
    next.process.kill('SIGKILL')
    await next.ended
  }
  const resumed = await runCli<Trained>(cli, home, ['train', '--resume', id])
  expect(resumed).toMatchObject({ run: id, steps: 240, weightsHash: expected })
}, 180_000)

test('Ctrl-C pauses with a checkpoint, says how to resume, and the run goes on exactly', async () => {
  const expected = await undisturbedWeights()
  const running = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, ...caught, '--json'])
  await running.reaches(40)
  running.process.kill('SIGINT')
  const { exitCode, stdout, stderr } = await running.ended
  expect(exitCode).toBe(130)
  const paused = JSON.parse(stdout) as Trained
  expect(paused.status).toBe('paused')
  expect(stderr).toContain(`chainrule train --resume ${paused.run}`)
  expect((await runCli<Trained>(cli, home, ['train', '--resume', paused.run])).weightsHash).toBe(expected)
}, 180_000)

test('--engine says how steps are run, and the answer and the record keep it', async () => {
  const [compiled, eager] = [await train('--steps', '30'), await train('--steps', '30', '--engine', 'eager', '--set', 'optimizer=adam')]
  expect(compiled).toMatchObject({ execution: { mode: 'compiled' } })
  expect(eager).toMatchObject({ execution: { mode: 'eager', reason: 'Asked for.' } })
  expect(Math.abs(eager.valid.nats - compiled.valid.nats)).toBeLessThan(1e-3)
  const record = JSON.parse(await readFile(join(home, 'runs', eager.run, 'run.json'), 'utf8')) as unknown
  expect(record).toMatchObject({ training: { execution: 'eager', optimizer: { kind: 'adam' } }, execution: { mode: 'eager' } })
}, 180_000)

test('two commands on one workspace: the second joins the first', async () => {
  const owner = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, '--steps', '100000', '--json'])
  await owner.reaches(20)
  const queue = await runCli<{ id: string; status: string }[]>(cli, home, ['queue'])
  expect(queue).toMatchObject([{ status: 'running' }])
  const guest = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, '--steps', '40', '--json'])
  await guest.shows(/waiting for another run/)
  await runCli(cli, home, ['queue', '--cancel', queue[0]?.id ?? ''])
  const [first, second] = await Promise.all([owner.ended, guest.ended])
  expect(first).toMatchObject({ exitCode: 130 })
  expect(second).toMatchObject({ exitCode: 0 })
  expect(JSON.parse(second.stdout)).toMatchObject({ status: 'completed', steps: 40 })
}, 180_000)

test('a command whose studio is killed says so, and the run it watched can be resumed', async () => {
  const owner = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, '--steps', '100000'])
  await owner.reaches(20)
  const guest = startCli(cli, home, ['train', '--dataset', 'glyphs', ...small, '--steps', '40'])
  await guest.shows(/waiting for another run/)
  const id = /^([\w-]+): MADE/m.exec(guest.stderr)?.[1] ?? ''
  owner.process.kill('SIGKILL')
  const { exitCode, stderr } = await guest.ended
  expect(stderr).toMatch(/has gone away\. Nothing saved is lost/)
  expect(exitCode).toBe(1)
  const runs = await runCli<{ id: string; status: string }[]>(cli, home, ['runs'])
  expect(runs.find((run) => run.id === id)?.status).toBe('queued')
  expect(runs.filter(({ status }) => status === 'interrupted')).toHaveLength(1)
  expect(await runCli<Trained>(cli, home, ['train', '--resume', id])).toMatchObject({ status: 'completed', steps: 40 })
}, 180_000)

describe('what is wrong is said in one line, with exit code 1', () => {
  const wrong: [string, string[], RegExp][] = [
    ['an unknown run', ['score', '--run', 'nothing', '--split', 'test'], /no run 'nothing'/],
    ['an unknown data set', ['train', '--dataset', 'nowhere', '--family', 'made', '--steps', '1'], /no data set 'nowhere'\. Known: glyphs/],
    ['an unknown family', ['train', '--dataset', 'glyphs', '--family', 'gan', '--steps', '1'], /no model family 'gan'/],
    [
      'an unknown setting',
      ['train', '--dataset', 'glyphs', '--family', 'made', '--set', 'hiden=[1]', '--steps', '1'],
      /--set hiden: there is no such setting/,
    ],
    ['a setting out of range', ['train', '--dataset', 'glyphs', '--family', 'made', '--set', 'batchSize=0', '--steps', '1'], /batchSize/],
    ['a wrong file', ['import', '/no/such/file.png', '--name', 'x'], /\/no\/such\/file\.png/],
    ['a taken name', ['generate', '--kind', 'glyphs', '--name', 'GLYPHS'], /already a data set 'glyphs'/],
    ['an unknown format', ['sample', '--run', 'x', '--out', 'samples.tiff'], /\.tiff/],
    ['two counts of orderings', ['score', '--run', 'x', '--orderings', '2', '--ensemble', '3'], /--orderings 2 and --ensemble 3 mean the same but differ\. Give one of them/],
    ['a map of no known kind', ['score', '--run', 'x', '--map', 'map.gif'], /\.npy or \.png, not as '\.gif'/],
    ['nothing to train', ['train'], /needs --dataset/],
    ['an unknown option', ['train', '--quickly'], /unknown option '--quickly'/],
    ['a number that is none', ['train', '--steps', 'many'], /needs a whole number/],
  ]
  test.each(wrong)('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr }: CliResult = await startCli(cli, home, args).ended
    expect(stderr).toMatch(message)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('with --json still as one document', async () => {
    expect(await runCli(cli, home, ['score', '--run', 'nothing'], 1)).toEqual({
      error: expect.stringMatching(/no run 'nothing'/) as string,
    })
  })
})

test('a preset is saved as blocks, changed, passed on as a file and trained; a leaking one is refused', async () => {
  const smallest = ['channels=6', 'blocks=1', 'layersPerBlock=1', 'attentionWidth=4', 'headChannels=6', 'firstKernel=3'].flatMap((setting) => ['--set', setting])
  const saved = await runCli<{ id: string; name: string; model: { family: string; config: { blocks: { kind: string }[] } } }>(cli, home, [
    ...['save-model', '--name', 'Snail', '--family', 'pixelsnail', '--dataset', 'glyphs', '--blocks'],
    ...smallest,
  ])
  expect(saved.model.family).toBe('composed')
  const kinds = saved.model.config.blocks.map(({ kind }) => kind)
  expect(kinds).toEqual(['image-input', 'gated-input', 'gated-layer', 'causal-attention', 'masked-conv', 'image-head'])
  const fork = await runCli<{ parent: { name: string } }>(cli, home, ['save-model', '--name', 'Wider', '--model', 'Snail', '--set', 'blocks.3.width=8'])
  expect(fork).toMatchObject({ parent: { name: 'Snail' }, model: { config: { blocks: { 3: { width: 8 } } } } })

  const path = join(home, 'passed on.json')
  expect(await runCli(cli, home, ['export-model', '--model', 'Wider', '--to', path])).toEqual({ files: [path] })
  expect(await runCli(cli, home, ['import-model', path])).toMatchObject({ name: 'Wider', parent: { name: 'Snail' } })
  expect(await runCli(cli, home, ['models'])).toHaveLength(3)

  const inspected = await runCli<{ parameters: number; proof: { causal: boolean } }>(cli, home, ['inspect', '--model', path, '--dataset', 'glyphs'])
  expect(inspected.proof.causal).toBe(true)
  const quick = ['--set', 'batchSize=20', '--set', 'gallerySamples=0', '--set', 'validExamples=20', '--steps', '3']
  expect(await runCli(cli, home, ['train', '--dataset', 'glyphs', '--model', 'Snail', ...quick])).toMatchObject({ status: 'completed', steps: 3 })

  const leaky = await runCli<{ error: string }>(cli, home, ['train', '--dataset', 'glyphs', '--model', path, '--set', 'blocks.1.shift=0', ...quick], 1)
  expect(leaky.error).toMatch(/blocks\.1 \(gated-input\).*the shift must be 1/)
  await writeFile(path, '{"family": "composed" "config": {}}')
  const broken = await runCli<{ error: string }>(cli, home, ['train', '--dataset', 'glyphs', '--model', path, ...quick], 1)
  expect(broken.error).toMatch(/passed on\.json is not valid JSON: line 1, column 23: expected a comma/)
  const unknown = await runCli<{ error: string }>(cli, home, ['train', '--dataset', 'glyphs', '--model', 'Slug', ...quick], 1)
  expect(unknown.error).toMatch(/no saved model 'Slug'. Saved: .*Snail/)
  await runCli(cli, home, ['delete', '--model', 'Snail'])
  expect(await runCli(cli, home, ['models'])).toHaveLength(2)
}, 180_000)

test('files that cannot be imported leave no trace', async () => {
  const file = join(home, 'not-an-image.png')
  await writeFile(file, 'hello')
  const { error } = await runCli<{ error: string }>(cli, home, ['import', file, '--name', 'broken'], 1)
  expect(error).toMatch(/not-an-image\.png/)
  expect(await readdir(join(home, 'datasets'))).toEqual(['glyphs'])
})

test('an import killed with kill -9 leaves nothing half-written, and begins again', async () => {
  const own = await mkdtemp(join(tmpdir(), 'chainrule-cut-'))
  const source = join(own, 'source')
  await mkdir(source)
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }".padEnd(117) + '\n'
  await writeFile(join(source, 'x.npy'), Buffer.concat([Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), Buffer.from(header), randomBytes(60000 * 784)]))
  const folders = (): Promise<string[]> => readdir(join(own, 'datasets')).catch(() => [])
  const cut = startCli(cli, own, ['import', source, '--name', 'Cut'])
  await expect.poll(async () => (await folders()).some((name) => name.includes('.partial-')), { timeout: 60_000, interval: 5 }).toBe(true)
  cut.process.kill('SIGKILL')
  await cut.ended
  // What was begun lies under a name that no data set has …
  expect((await folders()).filter((name) => !name.startsWith('.'))).toEqual([])
  expect(await folders()).toHaveLength(1)
  // … and goes at the next start, with what the dead process kept elsewhere.
  const scratch = join(tmpdir(), `chainrule-import-${cut.process.pid}-abcdef`)
  await mkdir(scratch)
  expect(await runCli(cli, own, ['datasets'])).toEqual([])
  expect(await folders()).toEqual([])
  expect(existsSync(scratch)).toBe(false)
  const { counts } = await runCli<{ counts: object }>(cli, own, ['import', source, '--name', 'Cut'])
  expect(counts).toEqual({ train: 48000, valid: 6000, test: 6000 })
  expect(await folders()).toEqual(['cut'])
  await rm(own, { recursive: true })
}, 180_000)
