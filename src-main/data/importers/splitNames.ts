import type { SplitName } from '../../contract/domain'

const words: Readonly<Record<string, SplitName>> = {
  train: 'train', training: 'train', trn: 'train',
  valid: 'valid', validation: 'valid', val: 'valid', dev: 'valid',
  test: 'test', testing: 'test', tst: 'test', t10k: 'test',
}

/** The split that one name tells by a word of its own ('train-images', 'x_test', 'val_data', 'testBatch'); null without one. */
export function splitOfName(name: string): SplitName | null {
  const separated = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  let found: SplitName | null = null
  for (const word of separated.split(/[^a-z0-9]+/)) {
    const split = words[word] ?? words[word.replace(/\d+$/, '')]
    if (split) found ??= split
  }
  return found
}

/** The split that a path tells: its innermost folder that names one, else the file's own name, else an archive's. */
export function splitOfPath(path: string): SplitName | null {
  const parts = path.split('/')
  const file = parts.pop() ?? ''
  for (const folder of parts.slice().reverse()) {
    const split = words[folder.toLowerCase()]
    if (split) return split
  }
  const own = splitOfName(file)
  if (own) return own
  for (const folder of parts.slice().reverse()) {
    const split = splitOfName(folder)
    if (split) return split
  }
  return null
}

/** Whether a folder is named after a split and nothing else. */
export function isSplitFolder(folder: string): boolean {
  return words[folder.toLowerCase()] !== undefined
}
