import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { baseName } from './importers/inputFile'
import { isSplitFolder } from './importers/splitNames'
import { UserError } from './userError'

export interface LabelRule {
  /** Class of a file; null when it has none. */
  labelOf(name: string): string | null
  /** True when a file without a class is to be left out. */
  required: boolean
  /** Why a file has no class, for its rejection. */
  missing: string
}

/** No classes. */
export const noLabels: LabelRule = { labelOf: () => null, required: false, missing: '' }

/**
 * Where the classes of loose files come from: 'folders' (or nothing: sub-folders when there are at least two), 'none', a CSV file
 * (file name, class), or a regular expression whose one group is the class.
 */
export async function labelRule(labels: string | undefined, droppedPaths: number): Promise<LabelRule> {
  if (labels === undefined || labels === 'folders')
    return { labelOf: (name) => classFolder(name, droppedPaths), required: labels === 'folders', missing: 'it lies in no class folder' }
  if (labels === 'none') return noLabels
  if (/\.(csv|tsv)$/i.test(labels)) return fromTable(labels)
  const pattern = compilePattern(labels, 'labels')
  const groups = new RegExp(`${pattern.source}|`).exec('')!.length - 1
  if (groups !== 1)
    throw new UserError(`The label expression '${labels}' has ${groups} groups where exactly one is needed.`, { field: 'labels', mend: "Put the class in parentheses, as in '^(\\d)_'; or give 'folders' or a .csv file." })
  const match = (name: string) => (pattern.exec(baseName(name)) ?? pattern.exec(name))?.[1] ?? null
  return { labelOf: match, required: true, missing: `its name does not match the label expression '${labels}'` }
}

/** The innermost folder that is neither the archive or the one dropped folder itself, nor named after a split. */
function classFolder(name: string, droppedPaths: number): string | null {
  const folders = name.split('/').slice(0, -1)
  const root = folders[0]
  const skipRoot = droppedPaths === 1 || (root !== undefined && /\.(zip|tar|tgz|gz)$/i.test(root))
  const candidates = (skipRoot ? folders.slice(1) : folders).filter((folder) => !isSplitFolder(folder))
  return candidates[candidates.length - 1] ?? null
}

async function fromTable(file: string): Promise<LabelRule> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`The label table ${file} cannot be read.`, { field: 'labels', cause })
  })
  const rows = parse(text, { delimiter: /\.tsv$/i.test(file) ? '\t' : [',', ';', '\t', '|'], relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true }) as string[][]
  const table = new Map<string, string>()
  for (const [path, label] of rows) if (path && label !== undefined && label !== '') table.set(path.replaceAll('\\', '/').replace(/^\.?\//, ''), label)
  if (table.size === 0) throw new UserError(`The label table ${file} has no rows of file name and class.`, { field: 'labels' })
  const labelOf = (name: string) => {
    // 'a/b/c.png' is found as 'a/b/c.png', 'b/c.png', 'c.png' or 'c'.
    for (let at = 0; at !== -1; at = name.indexOf('/', at + 1)) {
      const found = table.get(at === 0 ? name : name.slice(at + 1))
      if (found !== undefined) return found
    }
    return table.get(baseName(name).replace(/\.[^.]*$/, '')) ?? null
  }
  return { labelOf, required: true, missing: `it is not in the label table ${baseName(file.replaceAll('\\', '/'))}` }
}

/** A user's regular expression, or an error that names its field. */
export function compilePattern(source: string, field: string): RegExp {
  try {
    return new RegExp(source)
  } catch (cause) {
    throw new UserError(`'${source}' is not a regular expression: ${cause instanceof Error ? cause.message.replace(/^.*: /, '') : 'it cannot be parsed'}.`, { field, cause })
  }
}

const collator = new Intl.Collator('en', { numeric: true })
/** Classes in their natural order: '2' before '10'. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1))
}
