import { createHash } from 'node:crypto'
import { conditioningOf } from '../contract/conditioning'
import type { Domain } from '../contract/domain'
import { framesOfSamples } from '../contract/localFeatures'
import type { RecipeFeatures, SampleFeatures } from '../contract/records/samples'
import type { RunRecord } from '../contract/records/run'
import { openSplit } from '../data/openStore'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'

export interface ChosenFeatures {
  /** Frames × size float32, as they stand in the data set. */
  values: Uint8Array<ArrayBuffer>
  /** How long a sample they last for. */
  samples: number
  recipe: RecipeFeatures
}

/** The features that samples are drawn for; null for a model that is not conditioned on any. */
export async function chosenFeatures(context: StudioContext, run: RunRecord, asked: SampleFeatures | undefined): Promise<ChosenFeatures | null> {
  const conditioning = conditioningOf(run.model, run.dataset.domain)
  if (conditioning?.kind !== 'features') {
    if (asked === undefined) return null
    throw new UserError(`${run.name} is not conditioned on features, so none can be given.`, { field: 'features', mend: "Leave them out, or train a WaveNet with the condition 'features'." })
  }
  if (!asked)
    throw new UserError(`${run.name} is conditioned on features: say those of which recording it shall draw for.`, {
      field: 'features',
      mend: 'Choose a recording of the data set, or give a .npy file of features.',
    })
  const { size, hop } = conditioning
  if (asked.kind === 'values') return ofValues(asked, size, hop)
  const { split, index } = asked
  const dataset = datasetOfRun(context, run)
  const source = await openSplit(context.datasets.folderOf(dataset.id), split)
  try {
    if (index >= source.count)
      throw new UserError(`${dataset.name} has ${source.count} recordings in its ${split} split, 0 to ${source.count - 1}; there is no ${index}.`, { field: 'features', mend: 'Choose another recording.' })
    const { features } = dataset.domain
    if (!source.featuresOf || features?.size !== size || features.hop !== hop)
      throw new UserError(`${dataset.name} does not hold the features that ${run.name} is conditioned on.`, { field: 'features', mend: 'Import it again with the same features.' })
    const samples = source.lengthOf(index)
    const values = await source.featuresOf(index, 0, framesOfSamples(samples, hop))
    return { values: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength), samples, recipe: asked }
  } finally {
    await source.close()
  }
}

function ofValues({ name, values }: Extract<SampleFeatures, { kind: 'values' }>, size: number, hop: number): ChosenFeatures {
  const bytes = new Uint8Array(values)
  if (bytes.length === 0 || bytes.length % (4 * size) !== 0)
    throw new UserError(`${name} holds ${bytes.length / 4} numbers, which are no frames of ${size} features.`, { field: 'features', mend: `Give an array of frames × ${size}.` })
  const wrong = new Float32Array(bytes.buffer).findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw new UserError(`${name}: frame ${Math.floor(wrong / size)} holds a value that is no number.`, { field: 'features' })
  const samples = (bytes.length / (4 * size)) * hop
  return { values: bytes, samples, recipe: { kind: 'values', name, sha256: createHash('sha256').update(bytes).digest('hex') } }
}

/** As long as the features last, unless less is asked for. */
export function lengthOfFeatures({ samples }: ChosenFeatures, { sampleRate = 8000 }: Domain, { seconds, length }: { seconds?: number | undefined; length?: number | undefined }): number {
  const asked = length ?? (seconds === undefined ? samples : Math.max(1, Math.round(seconds * sampleRate)))
  if (asked <= samples) return asked
  throw new UserError(`The features last for ${(samples / sampleRate).toFixed(2)} s, less than the ${(asked / sampleRate).toFixed(2)} s to be drawn.`, {
    field: length === undefined ? 'seconds' : 'length',
    mend: 'Draw less, or leave the length out.',
  })
}
