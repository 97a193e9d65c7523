import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Classification } from '../contract/records/classification'
import type { CompletionSet } from '../contract/records/completion'
import { writeLabelledChains } from '../engine/testStore'
import { readPngText } from './exports/pngText'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, until } from './testStudio'

let home: string
let studio: TestStudio
/** MADE in raster order, and a Gated PixelCNN that knows the class. */
let plain: string
let conditioned: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-completions-'))
  await mkdir(join(home, 'datasets'))
  await rename(await writeLabelledChains(home), join(home, 'datasets', 'test'))
  studio = await openTestStudio(home)
  const { runs } = studio.client
  const gated = { family: 'gated-pixelcnn', config: { channels: 8, layers: 1, kernel: 3, firstKernel: 3, headChannels: 8, condition: 'class' } }
  const training = { ...smallRun.training, validateEvery: 80, checkpointEvery: 80, gallerySamples: 0 }
  plain = (await runs.create({ ...smallRun, training, budget: { steps: 20 } })).id
  conditioned = (await runs.create({ ...smallRun, training, model: gated, budget: { steps: 80 } })).id
  await until(studio, plain, 'completed')
  await until(studio, conditioned, 'completed')
}, 180_000)
afterAll(async () => {
  await studio.close()
  await rm(home, { recursive: true })
})

type CompleteInput = Parameters<TestStudio['client']['samples']['complete']>[0]
async function complete(input: CompleteInput): Promise<CompletionSet> {
  let set: CompletionSet | null = null
  for await (const message of await studio.client.samples.complete(input)) set = message.set
  return set!
}
const topHalf = { kind: 'keep', side: 'top', fraction: 0.5 } as const

describe('completion', () => {
  test('keeps what the mask leaves, fills in the rest, and is the same for a seed', async () => {
    const input: CompleteInput = { runId: plain, mask: topHalf, source: { kind: 'examples', split: 'test', indices: [3, 97] }, draws: 3, seed: 5 }
    const set = await complete(input)
    expect(set).toMatchObject({ exact: true, recipe: { runId: plain, split: 'test', examples: [3, 97], draws: 3, seed: 5, method: 'cached' } })
    expect([...set.unknown]).toEqual(Array.from({ length: 36 }, (_value, pixel) => Number(pixel >= 18)))
    const { levels: examples } = await studio.client.datasets.examples({ id: 'test', split: 'test', offset: 97, count: 1 })
    expect(set.originals.subarray(36)).toEqual(examples)
    expect(set.levels).toHaveLength(6 * 36)
    for (let index = 0; index < 6; index++) {
      const original = Math.floor(index / 3) * 36
      expect(set.levels.subarray(index * 36, index * 36 + 18)).toEqual(set.originals.subarray(original, original + 18))
    }
    // What is kept is certain; of what is filled in the mean is shown.
    set.means!.forEach((mean, at) => {
      if (!set.unknown[at % 36]) expect(mean).toBe(255 * set.levels[at]!)
    })
    expect(set.logProb.every((value) => value < 0 && value > -40)).toBe(true)
    expect((await complete(input)).levels).toEqual(set.levels)
    expect((await complete({ ...input, seed: 6 })).levels).not.toEqual(set.levels)

    const png = Buffer.from(await (await studio.client.exports.completions({ set })).arrayBuffer())
    expect(await sharp(png).metadata()).toMatchObject({ width: 5 * 8 - 2, height: 2 * 8 - 2 })
    expect(JSON.parse(readPngText(png)['chainrule:recipe']!)).toMatchObject({ exact: true, examples: [3, 97] })
  })

  test('says before and after that a mask is approximate, and takes levels that somebody edited', async () => {
    const mask = { kind: 'rectangle', x: 1, y: 1, width: 2, height: 2 } as const
    const told = await studio.client.samples.completionExactness({ runId: plain, mask })
    expect(told).toEqual({ exact: false, why: expect.stringContaining('come after an unknown one') as string })
    const edited = Uint8Array.from({ length: 36 }, (_value, pixel) => pixel % 2)
    const set = await complete({ runId: plain, mask, source: { kind: 'levels', levels: edited }, draws: 2 })
    expect(set).toMatchObject({ ...told, recipe: { split: null, examples: [0] } })
    set.levels.forEach((level, at) => {
      if (!set.unknown[at % 36]) expect(level).toBe(edited[at % 36])
    })
    expect(await studio.client.samples.completionExactness({ runId: plain, mask: topHalf })).toMatchObject({ exact: true })
  })

  test("a class-conditional model takes each example's class, or the one asked for", async () => {
    const own = await complete({ runId: conditioned, mask: topHalf, source: { kind: 'spread', split: 'test', count: 4 }, draws: 8 })
    expect(own.recipe.examples).toEqual([0, 25, 50, 75])
    expect(own.recipe.class).toBeUndefined()
    const repeats = (levels: ArrayLike<number>): number => {
      let [same, all] = [0, 0]
      for (let at = 0; at < levels.length; at++) {
        if (at % 36 <= 18) continue
        all++
        if (levels[at] === levels[at - 1]) same++
      }
      return same / all
    }
    // Pixels of class 0 repeat the one before, those of class 1 do not.
    const [first, second] = [0, 1].map((asked) => complete({ runId: conditioned, mask: topHalf, source: { kind: 'spread', split: 'test', count: 4 }, draws: 8, class: asked }))
    expect(repeats((await first!).levels) - repeats((await second!).levels)).toBeGreaterThan(0.3)
    expect((await second!).recipe.class).toBe(1)
  })

  test.each([
    [{ mask: { kind: 'keep', side: 'top', fraction: 1 } as const }, /leaves nothing to fill in/],
    [{ mask: { kind: 'pixels', unknown: new Uint8Array(35).fill(1) } as const }, /35 values, but an example has 6×6 pixels/],
    [{ mask: topHalf, source: { kind: 'examples', split: 'test', indices: [100] } as const }, /no example 100: the test split of Test has 100/],
    [{ mask: topHalf, source: { kind: 'levels', levels: new Uint8Array(35) } as const }, /35 levels are no whole number of examples of 36/],
    [{ mask: topHalf, source: { kind: 'levels', levels: new Uint8Array(36).fill(7) } as const }, /Value 0 .* is 7, but the data has the levels 0 to 1/],
    [{ mask: topHalf, class: 1 }, /not conditioned on classes/],
    [{ mask: topHalf, runId: () => conditioned, source: { kind: 'levels', levels: new Uint8Array(36) } as const }, /no labels\. Say which class/],
    [{ mask: topHalf, runId: () => conditioned, class: 2 }, /knows 2 classes, 0 to 1; there is no class 2/],
  ])('%o is refused with the mend', async (change, message) => {
    const { runId = () => plain, ...rest } = change as { runId?: () => string } & Omit<CompleteInput, 'runId'>
    await expect(complete({ ...rest, runId: runId() } as CompleteInput)).rejects.toThrow(message)
  })
})

describe('classification', () => {
  type ClassifyInput = Parameters<TestStudio['client']['scores']['classify']>[0]
  async function classify(input: ClassifyInput): Promise<Classification> {
    let answer: Classification | undefined
    for await (const { result } of await studio.client.scores.classify(input)) answer = result?.classification ?? answer
    return answer!
  }

  test('by exact p(x | c) p(c) agrees with scores that are given the labels', async () => {
    const result = await classify({ runId: conditioned })
    expect(result).toMatchObject({ examples: 100, prior: [0.5, 0.5], classNames: ['0', '1'], marginal: { exact: true, split: 'test', examples: 100 } })
    expect(result.accuracy).toBeGreaterThan(0.95)
    expect(result.confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([50, 50])
    expect(result.confusion[0]![0]! + result.confusion[1]![1]!).toBeCloseTo(100 * result.accuracy, 9)
    let given
    for await (const message of await studio.client.scores.score({ runId: conditioned })) given = message.result
    expect(result.conditional.nats).toBeCloseTo(given!.likelihood.nats, 4)
    // −log Σ p(c) p(x|c) lies between −log p(x|c) and that less log p(c).
    expect(result.marginal.nats).toBeLessThanOrEqual(result.conditional.nats + Math.LN2)
    expect(result.marginal.nats).toBeGreaterThan(result.conditional.nats)
  })

  test('of a part takes both classes', async () => {
    const { examples, confusion } = await classify({ runId: conditioned, examples: 11, prior: 'uniform' })
    expect(examples).toBe(11)
    expect(confusion.map((row) => row.reduce((sum, count) => sum + count, 0)).sort()).toEqual([5, 6])
  })

  test('is refused to a model that is not conditioned', async () => {
    await expect(classify({ runId: plain })).rejects.toThrow(/not conditioned on classes.*condition=class/)
  })
})

test('runs stand beside the first, or say why not', async () => {
  const before = await studio.client.scores.compare({ runIds: [plain, conditioned] })
  expect(before.recognised).toBeNull()
  expect(before.rows.find((row) => row.kind === 'run' && row.runId === plain)).toMatchObject({ comparable: false, nats: null, why: 'it has not been scored on the test split yet' })
  for (const runId of [plain, conditioned]) for await (const _ of await studio.client.scores.score({ runId })) void _
  // A part of the split that was scored later does not take its place.
  for await (const _ of await studio.client.scores.score({ runId: plain, examples: 10 })) void _
  const { rows } = await studio.client.scores.compare({ runIds: [plain, conditioned] })
  expect(rows).toEqual([
    expect.objectContaining({ kind: 'run', runId: plain, comparable: true, why: null, exact: true, examples: 100, nats: expect.any(Number) as number }),
    expect.objectContaining({ kind: 'run', runId: conditioned, comparable: false, why: expect.stringContaining('told the class') as string }),
  ])
  await expect(studio.client.scores.compare({ runIds: ['nowhere'] })).rejects.toThrow(/no run 'nowhere'/)
})
