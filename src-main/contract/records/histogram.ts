import { z } from 'zod'

/**
 * Magnitudes in fixed bins, a quarter of a decade each: bin k counts 10^(LOWEST + k/4) ≤ |v| < 10^(LOWEST + (k+1)/4). What is smaller (zero
 * included) and what is larger is counted apart.
 */
export const HISTOGRAM_BINS = { lowest: -10, highest: 4, perDecade: 4 } as const
export const HISTOGRAM_COUNT = (HISTOGRAM_BINS.highest - HISTOGRAM_BINS.lowest) * HISTOGRAM_BINS.perDecade

/** Counts of one tensor: those from bin `first` on, without the empty bins at either end. */
export const magnitudesSchema = z.object({
  first: z.number().int().nonnegative(),
  counts: z.array(z.number().int().nonnegative()).max(HISTOGRAM_COUNT),
  below: z.number().int().nonnegative(),
  above: z.number().int().nonnegative(),
  /** Root of the mean square. */
  rms: z.number(),
  /** Share of the values that are below zero. */
  negative: z.number().min(0).max(1),
})
export type Magnitudes = z.infer<typeof magnitudesSchema>

/** One line of histograms.jsonl: weights and gradients of each parameter tensor at a step. */
export const histogramRecordSchema = z.object({
  step: z.number().int(),
  epoch: z.number(),
  seconds: z.number(),
  layers: z.array(z.object({ name: z.string(), weights: magnitudesSchema, gradients: magnitudesSchema })),
})
export type HistogramRecord = z.infer<typeof histogramRecordSchema>
