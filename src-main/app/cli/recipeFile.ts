import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RecipeDocument } from '../../contract/recipe'
import { RecipeError, parseRecipe } from '../../contract/recipe'
import { UserError } from '../../data/userError'
import { readPngText } from '../../services/exports/pngText'

const PNG = [0x89, 0x50, 0x4e, 0x47]

/** What --recipe names: JSON itself, a file of it, or a picture that the studio exported, whose text holds its recipe. */
export async function recipeOf<Kind extends RecipeDocument['chainrule']>(given: string, kind: Kind): Promise<Extract<RecipeDocument, { chainrule: Kind }>> {
  const inline = given.trimStart().startsWith('{')
  const name = inline ? '--recipe' : `--recipe ${given}`
  try {
    const document = parseRecipe(inline ? given : await textOf(given))
    if (document.chainrule === kind) return document as Extract<RecipeDocument, { chainrule: Kind }>
    const other = document.chainrule === 'sample' ? 'sample' : 'complete'
    throw new UserError(`${name} is the recipe of ${document.chainrule === 'sample' ? 'samples' : 'completions'}.`, { field: 'recipe', mend: `Use chainrule ${other} --recipe.` })
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error
    throw new UserError(`${name}: ${error.message}`, { field: 'recipe', cause: error })
  }
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(resolve(file)).catch(() => {
    throw new UserError(`--recipe ${file}: there is no such file.`, { field: 'recipe', mend: 'Give a JSON file, a PNG that the studio exported, or the JSON itself.' })
  })
  if (!PNG.every((byte, at) => bytes[at] === byte)) return bytes.toString('utf8')
  const text = readPngText(bytes)['chainrule:recipe']
  if (text === undefined) throw new UserError(`--recipe ${file}: the picture holds no recipe.`, { field: 'recipe', mend: 'Give a PNG that the studio exported, as it was written.' })
  return text
}

/** For commands that name a run by an option or by a recipe. */
export function requiredOption(value: string | undefined, option: string): string {
  if (value !== undefined) return value
  throw new UserError(`${option} is missing.`, { field: option.replace(/^--/, ''), mend: `Give ${option}, or --recipe with what was copied from the studio.` })
}
