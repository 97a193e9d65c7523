import { z } from 'zod'

/** One row of a gallery: the samples that were drawn at a step, and what was known of the run then. */
export const galleryFrameSchema = z.object({
  step: z.number().int(),
  /** Wall seconds of training up to here (pauses excluded); null where no record of that step is left. */
  seconds: z.number().nullable(),
  /** NLL of the validation split at that step, in the domain's unit, with the weights that drew the samples; null where it was not validated. */
  valid: z.object({ nats: z.number(), bitsPerDim: z.number() }).nullable(),
})
export type GalleryFrame = z.infer<typeof galleryFrameSchema>

/** What several galleries are laid beside each other by: the same step, the same training time, or the validation NLL that has been reached. */
export const timelineAxisSchema = z.enum(['step', 'seconds', 'nll'])
export type TimelineAxis = z.infer<typeof timelineAxisSchema>

/** At most so many runs stand side by side. */
export const MOST_BESIDE = 6

/** How the frames of an animation look and how long they stay. */
export const animationLookSchema = z.object({
  /** Of the grid of each run; nearly a square when absent. */
  columns: z.number().int().min(1).max(64).optional(),
  /** Screen pixels per pixel. */
  scale: z.number().int().min(1).max(16).default(2),
  what: z.enum(['samples', 'means']).default('samples'),
  /** Milliseconds of a frame; files of this kind know hundredths of a second. */
  delay: z.number().int().min(20).max(10_000).default(300),
  /** Milliseconds of the last frame. */
  hold: z.number().int().min(20).max(60_000).default(1500),
  /** Begins again at its end. */
  loop: z.boolean().default(true),
  /** A strip with the step, the time and the NLL. */
  caption: z.boolean().default(true),
})
export type AnimationLook = z.infer<typeof animationLookSchema>

/** How clips of video play beside each other. */
export const clipLookSchema = animationLookSchema.pick({ columns: true, scale: true, what: true, loop: true }).extend({
  format: z.enum(['gif', 'webp']).default('gif'),
  /** Milliseconds of a frame. */
  delay: z.number().int().min(20).max(10_000).default(100),
})
export type ClipLook = z.infer<typeof clipLookSchema>

export const evolutionSchema = animationLookSchema.extend({
  /** From left to right. */
  runIds: z.array(z.string()).min(1).max(MOST_BESIDE),
  axis: timelineAxisSchema.default('step'),
  /** gif: all moments; png: one of them. */
  format: z.enum(['gif', 'png']).default('gif'),
  /** Of a picture: where on the axis; the end when absent. */
  at: z.number().optional(),
  /** At most so many frames, evenly chosen, the first and the last among them. */
  frames: z.number().int().min(1).max(1000).default(200),
})
export type EvolutionRequest = z.infer<typeof evolutionSchema>
