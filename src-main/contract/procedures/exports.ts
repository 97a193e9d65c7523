import { z } from 'zod'
import { nllMapSchema } from '../likelihood'
import { completionSetSchema } from '../records/completion'
import { animationLookSchema, clipLookSchema, evolutionSchema } from '../records/gallery'
import { sampleSetSchema, wavFormatSchema } from '../records/samples'
import { checkpointSelectorSchema, download, procedure } from './shared'

export const exports = {
  /** A map of the NLL as a PNG: dark where it is low, yellow where it is highest; the range is in its text metadata. */
  map: procedure.input(z.object({ map: nllMapSchema, scale: z.number().int().min(1).max(64).default(8) })).output(download),
  /** A PNG grid of samples, of video a row of frames for each, with the recipe in its text metadata. */
  png: procedure.input(z.object({ set: sampleSetSchema, columns: z.number().int().min(1).max(64).optional(), scale: z.number().int().min(1).max(32).default(1), what: z.enum(['samples', 'means']).default('samples') })).output(download),
  /** Completions as a PNG: for each example a row with the example, what was known of it, and its completions. */
  completions: procedure.input(z.object({ set: completionSetSchema, scale: z.number().int().min(1).max(32).default(1) })).output(download),
  /** Galleries of one or more runs through training: an animated GIF with a frame for each checkpoint, or one moment of them as a PNG. */
  evolution: procedure.input(evolutionSchema).output(download),
  /** Sets that were drawn one after another, such as those of several checkpoints, as an animated GIF. */
  animation: procedure.input(animationLookSchema.extend({ sets: z.array(sampleSetSchema).min(1).max(1000) })).output(download),
  /** Clips of video that play side by side, as an animated GIF or WebP with the recipe in its comment. */
  clips: procedure.input(clipLookSchema.extend({ set: sampleSetSchema })).output(download),
  /** One sample as a WAV file, with sample rate, seed and checkpoint in its LIST/INFO metadata. */
  wav: procedure
    .input(
      z.object({
        set: sampleSetSchema,
        index: z.number().int().nonnegative(),
        format: wavFormatSchema.default('pcm16'),
        /** The recipe as JSON, where that of the set does not say it all: of a branch. */
        recipe: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .output(download),
  /** A zip: weights as safetensors (raw, EMA), model.json, README of the layout. */
  model: procedure.input(z.object({ runId: z.string(), checkpoint: checkpointSelectorSchema.default('best') })).output(download),
  /** A zip that `runs.import` takes in on another machine: the record, metrics, histograms, scores, the gallery and the chosen checkpoints. */
  run: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoints: z.union([z.enum(['none', 'best', 'best-last', 'all']), z.array(z.number().int().nonnegative())]).default('best-last'),
        gallery: z.boolean().default(true),
      }),
    )
    .output(download),
  /** Metrics as a TensorBoard event file. */
  tensorboard: procedure.input(z.object({ runId: z.string() })).output(download),
  metricsCsv: procedure.input(z.object({ runId: z.string() })).output(download),
}
