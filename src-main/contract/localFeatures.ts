import { z } from 'zod'

/** How features at a lower rate are brought to the rate of the samples. */
export const upsamplings = ['repeat', 'linear'] as const
export type Upsampling = (typeof upsamplings)[number]

/**
 * Features that stand beside the samples of each recording at a lower rate: frame f holds `size` numbers that describe the samples
 * f · hop … (f + 1) · hop − 1. A model that is conditioned on them takes (h − mean) / deviation.
 */
export const featureDomainSchema = z.object({
  size: z.number().int().min(1),
  /** Samples of a frame. */
  hop: z.number().int().min(1),
  /** Of each of the `size` numbers over the frames of the training split; a number that never changes has the deviation 1. */
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
})
export type FeatureDomain = z.infer<typeof featureDomainSchema>

/** Frames that a recording of so many samples has. */
export const framesOfSamples = (samples: number, hop: number): number => Math.ceil(samples / hop)

/** Frames that samples read which begin with a frame: linear interpolation looks at the frame after the last one, too. */
export const framesRead = ({ hop, upsampling }: { hop: number; upsampling: Upsampling }, samples: number): number =>
  framesOfSamples(samples, hop) + (upsampling === 'linear' ? 1 : 0)

/** The first sample of the frame that a sample lies in; without frames the sample itself. */
export const startOfFrame = (sample: number, hop: number | undefined): number => (hop === undefined ? sample : sample - (sample % hop))
