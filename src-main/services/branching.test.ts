import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generationOrdering } from '../contract/inspect/generationOrdering'
import type { CompletionDocument, SampleDocument } from '../contract/recipe'
import { completeRequestOf, completionDocument, drawRequestOf, parseRecipe, recipeText, sampleDocument } from '../contract/recipe'
import type { CompletionSet } from '../contract/records/completion'
import type { SampleSet } from '../contract/records/samples'
import { writeLabelledChains } from '../engine/testStore'
import { readPngText } from './exports/pngText'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, until } from './testStudio'
import type { LevelArray } from '../contract/levels'

const D = 36
let home: string
let studio: TestStudio
/** MADE in a random order, and a Gated PixelCNN that knows the class. */
let shuffled: string
let conditioned: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-branching-'))
  await mkdir(join(home, 'datasets'))
  await rename(await writeLabelledChains(home), join(home, 'datasets', 'test'))
  studio = await openTestStudio(home)
  const { runs } = studio.client
  const gated = { family: 'gated-pixelcnn', config: { channels: 4, layers: 1, kernel: 3, firstKernel: 3, headChannels: 4, condition: 'class' } }
  const training = { ...smallRun.training, validateEvery: 20, checkpointEvery: 20, gallerySamples: 0 }
  const made = { family: 'made', config: { hidden: [32], ordering: 'random', orderingSeed: 3 } }
  shuffled = (await runs.create({ ...smallRun, training, model: made, budget: { steps: 20 } })).id
  conditioned = (await runs.create({ ...smallRun, training, model: gated, budget: { steps: 20 } })).id
  await until(studio, shuffled, 'completed')
  await until(studio, conditioned, 'completed')
}, 180_000)
afterAll(async () => {
  await studio.close()
  await rm(home, { recursive: true })
})

type DrawInput = Parameters<TestStudio['client']['samples']['draw']>[0]
async function draw(input: DrawInput): Promise<SampleSet> {
  let set: SampleSet | null = null
  for await (const message of await studio.client.samples.draw(input)) set = message.set
  return set!
}
type CompleteInput = Parameters<TestStudio['client']['samples']['complete']>[0]
async function complete(input: CompleteInput): Promise<CompletionSet> {
  let set: CompletionSet | null = null
  for await (const message of await studio.client.samples.complete(input)) set = message.set
  return set!
}
const one = (set: SampleSet, index: number): LevelArray => set.levels.slice(index * D, (index + 1) * D)
const floats = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer)
const copied = <Document extends SampleDocument | CompletionDocument>(document: Document): Document => parseRecipe(recipeText(document)) as Document

describe('a sample by itself', () => {
  test.each([
    ['the kernels', () => ({ runId: shuffled })],
    ['whole forward passes', () => ({ runId: shuffled, naive: true })],
    ['a class in turn', () => ({ runId: conditioned, class: 'each' as const })],
  ])('is what it was in its set, by %s', async (_title, run) => {
    const set = await draw({ ...run(), count: 6, seed: 4, temperature: 0.9 })
    for (const index of [0, 4]) {
      const again = await draw(drawRequestOf(copied(sampleDocument(set, index))))
      expect(again.levels).toEqual(one(set, index))
      expect(again.logProb[0]).toBeCloseTo(set.logProb[index]!, 5)
      expect(again.recipe).toMatchObject({ count: 1, seed: 4, method: set.recipe.method, weightsHash: set.recipe.weightsHash })
      if (index > 0) expect(again.recipe.first).toBe(index)
    }
  })

  test('of other weights is refused', async () => {
    const document = sampleDocument(await draw({ runId: shuffled, count: 1 }), 0)
    await expect(draw(drawRequestOf({ ...document, weightsHash: 'another' }))).rejects.toThrow(/other weights now than those of the recipe/)
  })
})

describe('a branch', () => {
  const kept = 20
  let set: SampleSet
  let sample: Uint8Array<ArrayBuffer>
  let ordering: Int32Array
  beforeAll(async () => {
    set = await draw({ runId: shuffled, count: 5, seed: 11 })
    sample = new Uint8Array(one(set, 3))
    const { model, dataset } = await studio.client.runs.get({ id: shuffled })
    ordering = generationOrdering(model, dataset.domain)
  })
  const branchOf = (levels: Uint8Array<ArrayBuffer>, change: Partial<CompleteInput> = {}): CompleteInput => ({
    ...{ runId: shuffled, source: { kind: 'levels', levels }, mask: { kind: 'steps', kept }, seed: 11, first: 3 },
    ...change,
  })

  test('without an edit and with the same random numbers is the sample itself', async () => {
    const branch = await complete(branchOf(sample))
    expect(branch.levels).toEqual(sample)
    expect(branch.exact).toBe(true)
    expect((await complete(branchOf(sample, { seed: 12 }))).levels).not.toEqual(sample)
  })

  test('keeps what came first with its edit, draws the rest, and is made again from its recipe', async () => {
    const dimension = ordering[7]!
    const edits = [{ dimension, from: sample[dimension]!, to: 1 - sample[dimension]! }]
    const levels = Uint8Array.from(sample)
    levels[dimension] = edits[0]!.to
    const branch = await complete(branchOf(levels, { draws: 3, branch: { edits, origin: JSON.parse(recipeText(sampleDocument(set, 3))) as Record<string, unknown> } }))
    expect(branch.recipe).toMatchObject({ branch: { edits }, mask: { kind: 'steps', kept } })
    for (let drawn = 0; drawn < 3; drawn++)
      for (const before of ordering.subarray(0, kept)) expect(branch.levels[drawn * D + before]).toBe(levels[before])

    const document = copied(completionDocument(branch, { example: 0, draw: 2 }))
    const again = await complete(completeRequestOf(document))
    expect(again.levels).toEqual(branch.levels.slice(2 * D))
    expect(again.logProb[0]).toBeCloseTo(branch.logProb[2]!, 5)
    expect(again.recipe.branch).toMatchObject({ edits, origin: { chainrule: 'sample', first: 3, seed: 11 } })

    // So does the picture.
    const png = Buffer.from(await (await studio.client.exports.completions({ set: again })).arrayBuffer())
    const read = parseRecipe(readPngText(png)['chainrule:recipe']!)
    if (read.chainrule !== 'completion') throw new Error('a completion is expected')
    expect(read.branch?.edits).toEqual(edits)
    expect((await complete(completeRequestOf(read))).levels).toEqual(again.levels)
  })

  test('of a model that knows the class goes on with that class', async () => {
    const drawn = await draw({ runId: conditioned, count: 2, seed: 1, class: 1 })
    const branch = await complete({ runId: conditioned, source: { kind: 'levels', levels: drawn.levels.slice(D) }, mask: { kind: 'steps', kept: 9 }, seed: 1, first: 1, class: 1 })
    expect(branch.levels).toEqual(drawn.levels.slice(D))
  })

  test.each([
    ['an edit of what is drawn anew', () => ({ branch: { edits: [{ dimension: ordering[kept]!, from: 0, to: 1 }], origin: null } }), /not kept/],
    [
      'an edit that is not there',
      () => ({ branch: { edits: [{ dimension: ordering[0]!, from: 0, to: 1 - sample[ordering[0]!]! }], origin: null } }),
      /is said to be edited to/,
    ],
    ['everything kept', () => ({ mask: { kind: 'steps' as const, kept: D } }), /leaves nothing to fill in/],
    ['more kept than there is', () => ({ mask: { kind: 'steps' as const, kept: D + 1 } }), /first 37 steps cannot stay: the model has 36/],
  ])('%s is refused', async (_title, change, message) => {
    await expect(complete(branchOf(sample, change()))).rejects.toThrow(message)
  })
})

describe('teacher forcing', () => {
  test('of a sample gives its own log-probability, dimension by dimension', async () => {
    const set = await draw({ runId: shuffled, count: 2, seed: 8 })
    const forced = await studio.client.samples.teacherForced({ runId: shuffled, source: { kind: 'levels', levels: set.levels } })
    const nats = floats(forced.nats)
    expect(nats).toHaveLength(2 * D)
    for (const row of [0, 1]) expect(nats.subarray(row * D, (row + 1) * D).reduce((sum, value) => sum + value, 0)).toBeCloseTo(-set.logProb[row]!, 3)
    // The mean of a bit is its probability, and along a sample's own path that was shown when it was drawn.
    forced.means.forEach((mean, at) => expect(Math.abs(mean - set.means![at]!)).toBeLessThanOrEqual(1))
    forced.modes.forEach((mode, at) => expect(mode).toBe(Number(forced.means[at]! > 127.5)))
    floats(forced.entropies).forEach((entropy) => expect(entropy).toBeLessThanOrEqual(Math.LN2 + 1e-6))
    expect(forced).toMatchObject({ exact: true, classes: null, split: null, examples: [0, 1] })
  })

  test('of an example takes its class, and its rest after k steps costs what completions are counted in', async () => {
    const source = { kind: 'examples' as const, split: 'test' as const, indices: [60] }
    const forced = await studio.client.samples.teacherForced({ runId: conditioned, source })
    const { levels, labels } = await studio.client.datasets.examples({ id: 'test', split: 'test', indices: [60] })
    expect(forced).toMatchObject({ classes: labels, split: 'test', examples: [60] })
    expect(forced.levels).toEqual(levels)
    // A completion that happens to be the example itself has the log-probability of its rest.
    const free = await complete({ runId: conditioned, source, mask: { kind: 'steps', kept: D - 1 }, draws: 32 })
    const same = free.logProb.findIndex((_value, index) => free.levels[index * D + D - 1] === levels[D - 1])
    expect(same).toBeGreaterThanOrEqual(0)
    expect(floats(forced.nats)[D - 1]).toBeCloseTo(-free.logProb[same]!, 4)
  })

  test('refuses what no model could answer', async () => {
    await expect(studio.client.samples.teacherForced({ runId: conditioned, source: { kind: 'levels', levels: new Uint8Array(D) } })).rejects.toThrow(/Say which class/)
    await expect(studio.client.samples.teacherForced({ runId: shuffled, source: { kind: 'levels', levels: new Uint8Array(D - 1) } })).rejects.toThrow(/35 levels are no whole number/)
  })
})
