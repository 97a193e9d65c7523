import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Domain } from '../../contract/domain'
import { isPairs, pairOf, textOf } from '../../contract/text'
import { UserError } from '../../data/userError'
import { written } from './resultFlags'

interface Texts {
  domain: Domain
  /** count × D */
  levels: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> }
  count: number
}

/**
 * Samples of text: a file for each (x.txt, or x-00.txt, x-01.txt …, or numbered files in a folder); of bytes as they are. Pairs go into one file, a
 * line for each with a tab between source and target.
 */
export async function writeTexts(path: string, { domain, levels, count }: Texts): Promise<string[]> {
  const extension = extname(path).toLowerCase()
  if (extension !== '' && extension !== '.txt')
    throw new UserError(`--out ${path}: samples of text cannot be written as ${extension}.`, { field: 'out', mend: 'Use .txt, .npy or a folder.' })
  await mkdir(extension === '' ? path : dirname(path), { recursive: true })
  const size = levels.length / count
  const each = Array.from({ length: count }, (_value, index) => levels.subarray(index * size, (index + 1) * size))
  if (isPairs(domain)) {
    const lines = each.map((own) => pairOf(own, domain)).map(({ source, target }) => `${source}\t${target}\n`)
    return [await written(extension === '' ? join(path, 'pairs.txt') : path, Buffer.from(lines.join('')))]
  }
  const digits = String(count - 1).length
  const files: string[] = []
  for (const [index, own] of each.entries()) {
    const number = String(index).padStart(digits, '0')
    const place = extension === '' ? join(path, `${number}.txt`) : count === 1 ? path : join(dirname(path), `${basename(path, extname(path))}-${number}.txt`)
    files.push(await written(place, domain.text?.unit === 'bytes' ? Buffer.from(own) : Buffer.from(textOf(own, domain))))
  }
  return files
}
