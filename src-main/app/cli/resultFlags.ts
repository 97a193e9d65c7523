import { Option } from 'commander'
import type { CheckpointSelector } from '../../contract/contract'
import { UserError } from '../../data/userError'
import { writeFileAtomically } from '../../storage/atomicWrite'

/** Options of every command that works on a checkpoint. */
export interface ResultFlags {
  json?: boolean
  home?: string
  run: string
  checkpoint: string
  weights?: 'raw' | 'ema'
}

export const checkpointOption = (): Option => new Option('--checkpoint <which>', "'best', 'last' or a step").default('best')
export const weightsOption = (): Option =>
  new Option('--weights <which>', 'the moving average, where there is one, or the raw weights').choices(['ema', 'raw'])

/** What --checkpoint names. */
export function selector(text: string): CheckpointSelector {
  if (text === 'best' || text === 'last') return text
  const step = Number(text)
  if (text === '' || !Number.isInteger(step) || step < 0)
    throw new UserError(`--checkpoint is 'best', 'last' or a step, not '${text}'.`, { field: 'checkpoint' })
  return step
}

/** Writes a result and answers its absolute path. */
export async function written(path: string, content: File | Uint8Array): Promise<string> {
  await writeFileAtomically(path, content instanceof File ? new Uint8Array(await content.arrayBuffer()) : content)
  return path
}
