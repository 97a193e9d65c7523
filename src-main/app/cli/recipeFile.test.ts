import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withPngText } from '../../services/exports/pngText'
import { recipeOf, requiredOption } from './recipeFile'

const recipe = { runId: 'run', checkpointStep: 40, weights: 'raw', count: 1, first: 3, seed: 5, temperature: 1, length: null, method: 'cached' }
let folder: string
const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-recipe-'))
  const png = await sharp(Buffer.alloc(4), { raw: { width: 2, height: 2, channels: 1 } }).png().toBuffer()
  await writeFile(file('recipe.json'), JSON.stringify(recipe, null, 2))
  await writeFile(file('picture.png'), withPngText(png, { 'chainrule:recipe': JSON.stringify(recipe) }))
  await writeFile(file('plain.png'), png)
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['JSON', () => JSON.stringify(recipe)],
  ['a file', () => file('recipe.json')],
  ['an exported picture', () => file('picture.png')],
])('a recipe is read from %s', async (_title, given) => {
  expect(await recipeOf(given(), 'sample')).toEqual({ chainrule: 'sample', ...recipe })
})

test.each([
  ['nowhere.json', /nowhere\.json: there is no such file/],
  ['plain.png', /plain\.png: the picture holds no recipe/],
  ['recipe.json', /is the recipe of samples/],
])('%s is refused where completions are asked for', async (name, message) => {
  await expect(recipeOf(file(name), 'completion')).rejects.toThrow(message)
})

test('what is missing is named with the mend', () => {
  expect(() => requiredOption(undefined, '--run')).toThrow(expect.objectContaining({ message: '--run is missing.', mend: expect.stringContaining('--recipe') as string }) as Error)
  expect(requiredOption('a', '--run')).toBe('a')
})
