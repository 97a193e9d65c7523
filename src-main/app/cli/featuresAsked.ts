import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { splitNameSchema } from '../../contract/domain'
import type { SampleFeatures } from '../../contract/records/samples'
import { readNpyFrames } from '../../data/importers/npyFrames'
import { memoryFile, rejectionReason } from '../../data/importers/inputFile'
import { UserError } from '../../data/userError'

/** What --features-of test:3 or --features x.npy ask for; nothing when neither is given. */
export async function featuresAsked({ featuresOf, features }: { featuresOf?: string; features?: string }): Promise<{ features?: SampleFeatures }> {
  if (featuresOf !== undefined && features !== undefined) throw new UserError('--features-of and --features exclude each other.', { field: 'features', mend: 'Give one of them.' })
  if (featuresOf !== undefined) return { features: clipOf(featuresOf) }
  if (features === undefined) return {}
  const bytes = await readFile(resolve(features)).catch(() => {
    throw new UserError(`--features ${features}: there is no such file.`, { field: 'features', mend: 'Give a .npy file of frames × features.' })
  })
  try {
    const { values } = await readNpyFrames(memoryFile(basename(features), bytes))
    return { features: { kind: 'values', name: basename(features), values: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength) } }
  } catch (error) {
    throw new UserError(`--features ${features}: ${rejectionReason(error)}.`, { field: 'features', mend: 'Give a .npy file of frames × features.', cause: error })
  }
}

/** 'test:3', or '3' of the test split. */
function clipOf(given: string): SampleFeatures {
  const found = /^(?:(\w+):)?(\d+)$/.exec(given)
  const split = splitNameSchema.safeParse(found?.[1] ?? 'test')
  if (!found || !split.success)
    throw new UserError(`--features-of ${given}: not a recording of the data set.`, { field: 'featuresOf', mend: 'Give the number of one from 0, of the test split or as train:3, valid:3, test:3.' })
  return { kind: 'clip', split: split.data, index: Number(found[2]) }
}
