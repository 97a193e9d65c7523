import { z } from 'zod'
import { domainSchema, splitNameSchema } from '../domain'
import { withoutDefaults } from '../withoutDefaults'
import { levelArraySchema, PCM_LEVELS } from '../levels'

export const importKindSchema = z.enum(['image', 'audio', 'table', 'video', 'text'])

export const importOptionsSchema = z.object({
  kind: importKindSchema.optional().describe('Recognised from the files when absent'),
  width: z.number().int().min(1).max(4096).optional(),
  height: z.number().int().min(1).max(4096).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /** Number of grey/RGB levels kept, 2…256; of audio 256 (μ-law, also when absent) or 65,536 (16 bits). */
  levels: z.number().int().min(2).max(PCM_LEVELS).optional(),
  binarize: z.enum(['none', 'threshold', 'stochastic', 'dynamic']).optional(),
  /** Threshold in [0, 1] for binarize = threshold. */
  threshold: z.number().min(0).max(1).default(0.5),
  /** 'folders', a CSV file (file,label), or a regular expression with one group applied to file names. */
  labels: z.string().optional(),
  /** Video: frames of one example. Longer clips are cut into consecutive windows, a remainder at the end is left out. */
  frames: z.number().int().min(2).max(256).optional(),
  sampleRate: z.number().int().min(1000).max(384000).optional(),
  clipSeconds: z.number().positive().optional(),
  /** dBFS: what is quieter at the start and at the end of a recording is dropped; nothing is when absent. */
  trimSilence: z.number().min(-100).max(-10).optional(),
  /** Audio: features beside the recordings, at a lower rate: log-mel energies of the recordings themselves, or `.npy` files beside them; none when absent. */
  features: z.enum(['none', 'log-mel', 'files']).optional(),
  /** Bands of log-mel energies, and milliseconds of a frame; 40 and 10 when absent. */
  melBands: z.number().int().min(4).max(256).optional(),
  frameMilliseconds: z.number().min(1).max(500).optional(),
  /** Of `.npy` files: frames of a second, found by the lengths when absent. */
  frameRate: z.number().min(0.1).max(192_000).optional(),
  /** Text: characters when there are at most 256 different ones, else bytes, when absent. */
  textUnit: z.enum(['characters', 'bytes']).optional(),
  /** Text: pieces of `pieceLength`, or a piece for each line. */
  pieces: z.enum(['fixed', 'lines']).optional(),
  /** Characters (or bytes) of a piece of text; 256 when absent. */
  pieceLength: z.number().int().min(2).max(65_536).optional(),
  /**
   * 'given', three percentages 'train/valid/test', e.g. '80/10/10', or by the order of the files: 'last:500' tests on the last 500 examples,
   * 'last:200/500' also validates on the 200 before them.
   */
  split: z
    .string()
    .regex(/^(given|last:(\d+\/)?\d+|\d+(\.\d+)?\/\d+(\.\d+)?\/\d+(\.\d+)?)$/)
    .default('80/10/10'),
  /** Regular expression on file names; matching files become the test split (audio hold-outs such as '_[0-4]\\.wav$'). */
  testPattern: z.string().optional(),
  /** The same for the validation split. */
  validPattern: z.string().optional(),
  seed: z.number().int().nonnegative().default(0),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>
/** The options somebody chose; what the files suggest, then the defaults fill the rest. */
export const importSettingsSchema = withoutDefaults(importOptionsSchema)
export type ImportSettings = z.infer<typeof importSettingsSchema>

export const rejectedFileSchema = z.object({ file: z.string(), reason: z.string() })
export type RejectedFile = z.infer<typeof rejectedFileSchema>

export const splitCountsSchema = z.object({ train: z.number().int(), valid: z.number().int(), test: z.number().int() })
export type SplitCounts = z.infer<typeof splitCountsSchema>

export const audioStatisticsSchema = z.object({
  /** Loudness of the training split (AES17: a full-scale sine has 0 dBFS), and its largest sample. */
  levelDb: z.number(),
  peakDb: z.number(),
  /** Share of samples that stand at the end of the range with a neighbour, and of 10 ms pieces below −60 dBFS. */
  clippedShare: z.number(),
  silentShare: z.number(),
  /** Average power of the bands from 0 Hz to half the sample rate, dB; empty when every clip is too short. */
  spectrumDb: z.array(z.number()),
  /** What the import dropped as silence, and took as silence because it was no number. */
  droppedSeconds: z.number().optional(),
  notNumbers: z.number().int().optional(),
})
export type AudioStatistics = z.infer<typeof audioStatisticsSchema>

/** What the import made of video clips. */
export const videoStatisticsSchema = z.object({
  clips: z.number().int(),
  /** Frames of all of them, and those at their ends that filled no window. */
  frames: z.number().int(),
  droppedFrames: z.number().int(),
})
export type VideoStatistics = z.infer<typeof videoStatisticsSchema>

export const datasetStatisticsSchema = z.object({
  /** Mean of each dimension in levels, length D (images and tables of at most 65,536 dimensions). */
  mean: z.array(z.number()).optional(),
  /** Counts of each level over the training split, length K; of 65,536 levels those of 256 equal ranges. */
  histogram: z.array(z.number()),
  /** NLL of the independent-pixel model fitted on train (add-one smoothing), scored on valid; the unit is the domain's. */
  independentNats: z.number(),
  independentBitsPerDim: z.number(),
  /** NLL of the uniform model: D·ln K per example, ln K per sample of audio or character of text. */
  uniformNats: z.number(),
  /** Examples of the training split that occur there more than once. */
  duplicates: z.number().int(),
  classCounts: z.array(z.object({ name: z.string(), count: z.number().int() })).optional(),
  /** Audio: total seconds, shortest and longest clip in seconds. */
  durations: z.object({ total: z.number(), shortest: z.number(), longest: z.number() }).optional(),
  audio: audioStatisticsSchema.optional(),
  video: videoStatisticsSchema.optional(),
})
export type DatasetStatistics = z.infer<typeof datasetStatisticsSchema>

export const DATASET_VERSION = 1
export const datasetRecordSchema = z.object({
  type: z.literal('dataset'),
  version: z.literal(DATASET_VERSION),
  /** Folder name in the workspace; a slug of the name, unique. */
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  domain: domainSchema,
  counts: splitCountsSchema,
  /** Sum over examples of their dimensions, per split (audio: samples). */
  dimensions: splitCountsSchema,
  labelNames: z.array(z.string()).optional(),
  /** Human-readable preparation, quoted with every NLL: 'fixed binarisation, as given', 'dynamic binarisation', '256 levels', … */
  variant: z.string(),
  options: importOptionsSchema,
  sources: z.array(z.string()),
  rejected: z.array(rejectedFileSchema),
  statistics: datasetStatisticsSchema,
  /** The packed store beside this record. u8: levels; i16: PCM audio, seen through μ-law (256 levels) or as it is (65,536), as the domain says. */
  store: z.object({ dtype: z.enum(['u8', 'i16']), bytes: z.number().int(), sha256: z.record(splitNameSchema, z.string()), featuresSha256: z.record(splitNameSchema, z.string()).optional() }),
})
export type DatasetRecord = z.infer<typeof datasetRecordSchema>

/** What an import would do, before anything is written. */
export const importPlanSchema = z.object({
  recognised: z.string().describe('One sentence: what the files were recognised as'),
  kind: importKindSchema,
  files: z.number().int(),
  examples: z.number().int(),
  /** True when examples was counted from a sample of the files (large archives). */
  estimated: z.boolean(),
  domain: domainSchema,
  suggestedName: z.string(),
  options: importOptionsSchema,
  splitsFound: z.array(splitNameSchema),
  labelNames: z.array(z.string()).optional(),
  rejected: z.array(rejectedFileSchema),
  /** Up to 24 prepared examples; images [H,W,C] and video [T,H,W,C] u8 of display intensities 0…255, audio, tables and text levels. */
  preview: z.array(z.object({ name: z.string(), pixels: levelArraySchema, length: z.number().int() })),
})
export type ImportPlan = z.infer<typeof importPlanSchema>

export const generatedKinds = ['glyphs', 'textures', 'tones', 'moving-glyphs', 'moving-digits', 'reversed', 'sorted'] as const

/** Seeded sample data that the studio makes itself. */
export const generateRequestSchema = z.object({
  kind: z.enum(generatedKinds),
  name: z.string().trim().min(1).max(80),
  count: z.number().int().min(50).max(200000).default(5000),
  seed: z.number().int().default(0),
  binarize: z.enum(['none', 'threshold', 'stochastic', 'dynamic']).optional(),
  /** Video: frames of a clip, pixels of the square frame's side, and shapes that bounce in it. */
  frames: z.number().int().min(2).max(256).optional(),
  side: z.number().int().min(8).max(256).optional(),
  shapes: z.number().int().min(1).max(8).optional(),
  /** moving-digits: the data set of images whose pictures move. */
  from: z.string().optional(),
})
export type GeneratedKind = z.infer<typeof generateRequestSchema>['kind']
