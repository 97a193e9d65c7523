import type { FeatureDomain } from '../contract/localFeatures'
import type { ClipFeatures } from './fileSource'
import { createLogMel } from './logMel'
import { sidecarFeatures } from './sidecarFeatures'
import type { SourceInput } from './sourceInput'
import { UserError } from './userError'

/** Bands and milliseconds of a frame when nobody chose them. */
const MEL_BANDS = 40
const FRAME_MILLISECONDS = 10

/** Features beside recordings, as an import was told to make or read them. */
export interface AudioFeatures extends ClipFeatures {
  /** Mean and deviation are known once the training split has been written. */
  domain: FeatureDomain
  /** A few words for the plan. */
  recognised: string
}

/** What stands beside the recordings of an import; undefined for nothing. */
export async function audioFeatures(input: SourceInput, sampleRate: number): Promise<AudioFeatures | undefined> {
  const { features = 'none', melBands = MEL_BANDS, frameMilliseconds = FRAME_MILLISECONDS, trimSilence } = input.settings
  if (features === 'none') return undefined
  if (features === 'files') {
    if (trimSilence !== undefined)
      throw new UserError('Features of files belong to whole recordings, so silence cannot be trimmed.', { field: 'trimSilence', mend: 'Leave it out, or trim the recordings before their features are made.' })
    return sidecarFeatures(input, sampleRate)
  }
  const hop = Math.max(1, Math.round((frameMilliseconds / 1000) * sampleRate))
  const logMel = createLogMel({ sampleRate, bands: melBands, hop })
  return {
    domain: { size: melBands, hop, mean: [], deviation: [] },
    recognised: `with the log-mel energies of ${melBands} bands every ${hop} samples`,
    whole: false,
    of: async (_file, clips) => clips.map(logMel),
  }
}
