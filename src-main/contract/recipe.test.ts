import { describe, expect, test } from 'vitest'
import { classesOfSamples } from './conditioning'
import type { Domain } from './domain'
import { completeRequestOf, completionDocument, drawRequestOf, parseRecipe, recipeCommand, recipeText, sampleDocument } from './recipe'
import type { CompletionRecipe } from './records/completion'
import type { SampleRecipe } from './records/samples'

const domain: Domain = { kind: 'image', shape: [2, 2, 1], levels: 4, variableLength: false, encoding: 'linear', classes: 3 }
const recipe: SampleRecipe = { runId: 'run', checkpointStep: 40, weightsHash: 'abc', weights: 'ema', count: 7, seed: 5, temperature: 0.9, length: null, method: 'cached', class: 'each' }
const logProb = [-1, -2, -3, -4, -5, -6, -7]

describe('a sample', () => {
  test('of a set is named by its place and its own class, and is asked for alone', () => {
    const own = classesOfSamples('each', 7, 3)
    for (let index = 0; index < 7; index++) {
      const document = sampleDocument({ recipe: { ...recipe, first: 10 }, domain, logProb }, index)
      expect(document).toMatchObject({ first: 10 + index, count: 1, class: own[index], logProb: -1 - index })
      expect(parseRecipe(recipeText(document))).toEqual(document)
    }
  })

  test('is asked for as it was drawn', () => {
    expect(drawRequestOf(parseRecipe(recipeText(sampleDocument({ recipe, domain, logProb }, 2))) as ReturnType<typeof sampleDocument>)).toEqual({
      ...{ runId: 'run', checkpoint: 40, weightsHash: 'abc', weights: 'ema', first: 2, count: 1, seed: 5, temperature: 0.9, naive: false, class: 0 },
    })
  })

  test('as a command', () => {
    expect(recipeCommand(sampleDocument({ recipe, domain, logProb }, 4), 'sample.png')).toBe(
      'chainrule sample --run run --checkpoint 40 --weights ema --count 1 --first 4 --seed 5 --temperature 0.9 --class 1 --out sample.png',
    )
    const sound = { ...recipe, class: undefined, length: 800, method: 'naive' as const }
    expect(recipeCommand({ chainrule: 'sample', ...sound }, 'a.wav')).toBe(
      'chainrule sample --run run --checkpoint 40 --weights ema --count 7 --seed 5 --temperature 0.9 --length 800 --naive --out a.wav',
    )
  })

  test('of a picture that was written before documents named their kind is read', () => {
    expect(parseRecipe(JSON.stringify(recipe))).toMatchObject({ chainrule: 'sample', seed: 5 })
  })
})

describe('a completion', () => {
  const completed: CompletionRecipe = { runId: 'run', checkpointStep: 40, weights: 'raw', split: null, examples: [0, 1], mask: { kind: 'steps', kept: 2 }, draws: 3, seed: 1, temperature: 1, method: 'cached' }
  const set = {
    recipe: completed,
    domain,
    originals: Uint8Array.of(1, 2, 3, 3, 0, 1, 2, 3),
    unknown: Uint8Array.of(0, 0, 1, 1),
    logProb: [1, 2, 3, 4, 5, 6],
  }

  test('of 16-bit sound keeps its levels, two bytes each', () => {
    const sound = { ...set, domain: { ...domain, kind: 'audio' as const, shape: [4], levels: 65_536 }, originals: Uint16Array.of(1, 65_535, 3, 3, 40_000, 256, 2, 3) }
    const document = completionDocument(sound, { example: 1, draw: 0 })
    expect(document.levels).toEqual(Uint16Array.of(40_000, 256, 0, 0))
    expect(parseRecipe(recipeText(document))).toEqual(document)
  })

  test('of levels that were given holds what was kept of them', () => {
    const document = completionDocument(set, { example: 1, draw: 2 })
    expect(document).toMatchObject({ examples: [0], draws: 1, first: 5, logProb: 6 })
    const read = parseRecipe(recipeText(document))
    expect(read).toEqual(document)
    expect(completeRequestOf(document)).toMatchObject({ source: { kind: 'levels', levels: Uint8Array.of(0, 1, 0, 0) }, mask: { kind: 'steps', kept: 2 }, first: 5, draws: 1 })
    expect(recipeCommand(document, 'x.png')).toBe(`chainrule complete --recipe '${recipeText(document)}' --out x.png`)
  })

  test('with a mask of pixels survives JSON', () => {
    const document = completionDocument({ ...set, recipe: { ...completed, mask: { kind: 'pixels', unknown: Uint8Array.of(0, 0, 1, 1) } } })
    expect(parseRecipe(recipeText(document))).toEqual(document)
  })

  test('of examples is a plain command', () => {
    const own = completionDocument({ ...set, recipe: { ...completed, split: 'test', examples: [4, 9], class: 2 } }, { example: 1, draw: 0 })
    expect(recipeCommand(own, 'x.png')).toBe(
      'chainrule complete --run run --checkpoint 40 --weights raw --split test --examples 9 --mask steps:2 --draws 1 --first 3 --seed 1 --temperature 1 --class 2 --out x.png',
    )
  })
})

test.each([
  ['not at all', /not JSON/],
  ['[1]', /names no run/],
  ['{"seed":1}', /names no run/],
  ['{"runId":"a","chainrule":"model"}', /'model' is not known/],
  ['{"runId":"a","chainrule":"sample","seed":1}', /not complete\. checkpointStep: .*; weights: /],
  [JSON.stringify({ ...recipe, seed: -1 }), /seed: /],
  [
    JSON.stringify({ runId: 'a', checkpointStep: 1, weights: 'raw', split: null, examples: [0], mask: { kind: 'steps', kept: 1 }, draws: 1, seed: 0, temperature: 1, method: 'cached' }),
    /does not hold them/,
  ],
])('%s is refused', (text, message) => {
  expect(() => parseRecipe(text)).toThrow(message)
})
