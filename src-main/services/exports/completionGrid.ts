import { dimensionsOf } from '../../contract/domain'
import { completionDocument, recipeText } from '../../contract/recipe'
import type { CompletionSet } from '../../contract/records/completion'
import { imageGridPng } from './imageGrid'

/** What is not known, in the picture of what is. */
const UNKNOWN = 128

/** A row for each example: the example, what is kept of it (the rest in grey), and its completions. The recipe in its text holds what was given. */
export function completionGridPng(set: CompletionSet, scale: number): Promise<Buffer> {
  const { domain, originals, levels, unknown, recipe, exact, why } = set
  const size = dimensionsOf(domain)
  const { draws, examples } = recipe
  const columns = 2 + draws
  const bright = (level: number): number => Math.round((level * 255) / (domain.levels - 1))
  const cells = new Uint8Array(examples.length * columns * size)
  examples.forEach((_index, example) => {
    const original = originals.subarray(example * size, (example + 1) * size)
    const first = example * columns * size
    cells.set(original.map(bright), first)
    cells.set(
      original.map((level, dimension) => (unknown[dimension] ? UNKNOWN : bright(level))),
      first + size,
    )
    cells.set(levels.subarray(example * draws * size, (example + 1) * draws * size).map(bright), first + 2 * size)
  })
  // The cells are intensities already, as means are.
  return imageGridPng({ domain, levels, means: cells, recipe: { ...(JSON.parse(recipeText(completionDocument(set))) as object), exact, why } }, { columns, scale, what: 'means' })
}
