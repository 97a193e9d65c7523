import type { BlockDocument } from './blockChain'
import { titleFromName } from '../schemaForm'

/** A block's main settings in a few words: 'A · 7 × 7 · channels 32'. Switches that are off are not worth a word. */
export function blockSummary({ kind: _kind, ...fields }: BlockDocument): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => {
      if (value === null || value === undefined || value === false || value === '') return []
      if (value === true) return [titleFromName(name).toLowerCase()]
      if (name === 'kernel' && typeof value === 'number') return [`${value} × ${value}`]
      if (typeof value === 'string') return [name === 'mask' ? `mask ${value}` : value]
      if (typeof value === 'number') return [`${titleFromName(name).toLowerCase()} ${value}`]
      return []
    })
    .slice(0, 4)
    .join(' · ')
}
