import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from './domain'
import { likelihoodSchema, nllMapSchema } from './likelihood'
import { classificationSchema } from './records/classification'
import { comparisonSchema, pairedDifferenceSchema } from './records/comparison'
import { completionExactnessSchema, completionMaskSchema, completionSetSchema, completionSourceSchema } from './records/completion'
import { datasetRecordSchema, importSettingsSchema, importPlanSchema } from './records/dataset'
import { histogramRecordSchema } from './records/histogram'
import { jobSchema } from './records/job'
import { causalityProofSchema, epochTimeSchema, familyInfoSchema, inspectionSchema, modelDocumentSchema, presetNameSchema } from './records/model'
import { publicationFieldsSchema, publicationSchema } from './records/publication'
import { queueStateSchema } from './records/queue'
import { checkpointListingSchema, checkpointRecordSchema, runRecordSchema } from './records/run'
import { modelNameSchema, savedModelSchema } from './records/savedModel'
import { sampleClassSchema, sampleSetSchema } from './records/samples'
import { doctorReportSchema, systemInfoSchema } from './records/system'
import { budgetSchema, metricPointSchema, trainingSettingsSchema } from './records/training'
import { exampleConditionalsSchema, examinationSchema, featuresSchema, filtersSchema, neighboursSchema, separationSchema } from './records/understanding'

/** Errors that users see: `message` says what happened, to which file or run, and what to do next. */
const procedure = oc.errors({
  USER_ERROR: { message: 'The request cannot be carried out', data: z.object({ field: z.string().optional(), mend: z.string().optional() }).optional() },
  NOT_FOUND: { message: 'Not found' },
})

const id = z.object({ id: z.string() })
const ok = z.object({ ok: z.literal(true) })
const weights = z.enum(['raw', 'ema'])
/** 'best', 'last' or a step. */
export const checkpointSelectorSchema = z.union([z.enum(['best', 'last']), z.number().int().nonnegative()])
export type CheckpointSelector = z.infer<typeof checkpointSelectorSchema>
/** A file made for download: its bytes travel as a File. */
const download = z.instanceof(File)

const system = {
  info: procedure.output(systemInfoSchema),
  /** The present state at once, then every change. */
  watch: procedure.output(eventIterator(systemInfoSchema)),
  doctor: procedure.output(doctorReportSchema),
}

const uploads = {
  /** A staging folder for files dropped into a browser; bytes go by HTTP PUT /upload/{id}/{path}?offset=n. */
  create: procedure.output(z.object({ id: z.string(), path: z.string(), putUrl: z.string() })),
  discard: procedure.input(id).output(ok),
}

const datasets = {
  list: procedure.output(z.array(datasetRecordSchema)),
  get: procedure.input(id).output(datasetRecordSchema),
  /** Looks at the files and says what would be imported; writes nothing. `paths` are absolute, or an upload's path. */
  plan: procedure.input(z.object({ paths: z.array(z.string()).min(1), options: importSettingsSchema })).output(importPlanSchema),
  import: procedure.input(z.object({ paths: z.array(z.string()).min(1), name: z.string().trim().min(1).max(80), options: importSettingsSchema })).output(jobSchema),
  /** Seeded sample data made by the studio itself. */
  generate: procedure
    .input(z.object({ kind: z.enum(['glyphs', 'textures', 'tones']), name: z.string().trim().min(1).max(80), count: z.number().int().min(50).max(200000).default(5000), seed: z.number().int().default(0), binarize: z.enum(['none', 'threshold', 'stochastic', 'dynamic']).optional() }))
    .output(jobSchema),
  rename: procedure.input(id.extend({ name: z.string().trim().min(1).max(80) })).output(datasetRecordSchema),
  remove: procedure.input(id).output(ok),
  /** A page of examples as levels, one byte each; audio: `length` gives each one's samples, concatenated. */
  examples: procedure
    .input(
      id.extend({
        split: splitNameSchema,
        offset: z.number().int().nonnegative().default(0),
        count: z.number().int().min(1).max(512).default(64),
        /** These examples instead, in this order. */
        indices: z.array(z.number().int().nonnegative()).min(1).max(512).optional(),
      }),
    )
    .output(z.object({ domain: domainSchema, total: z.number().int(), levels: bytesSchema, lengths: z.array(z.number().int()), labels: z.array(z.number().int()).nullable() })),
}

const families = {
  list: procedure.output(z.array(familyInfoSchema)),
  /** Presets that fit the data set, with training defaults; families that do not fit say why. */
  forDataset: procedure.input(z.object({ datasetId: z.string() })).output(
    z.array(
      z.object({
        family: z.string(),
        fits: z.boolean(),
        why: z.string().nullable(),
        presets: z.array(z.object({ name: presetNameSchema, title: z.string(), config: z.record(z.string(), z.unknown()), training: trainingSettingsSchema, budget: budgetSchema })),
      }),
    ),
  ),
  /** Pure: no tensors. `issues` are the configuration's errors by field; inspection is null when there are any. */
  inspect: procedure
    .input(z.object({ model: modelDocumentSchema, datasetId: z.string(), batchSize: z.number().int().positive().default(100), pixel: z.tuple([z.number().int(), z.number().int()]).optional() }))
    .output(z.object({ inspection: inspectionSchema.nullable(), issues: z.array(z.object({ field: z.string(), message: z.string() })) })),
  /** The same net as a `composed` document: a list of blocks with the same weights and figures. */
  openAsBlocks: procedure.input(z.object({ model: modelDocumentSchema, datasetId: z.string() })).output(modelDocumentSchema),
  /**
   * How long one epoch of training would take on this machine: measured on runs, or with `measure` on some steps of the very model in an engine
   * beside any training. Never guessed: null where nothing was measured.
   */
  epochTime: procedure
    .input(z.object({ model: modelDocumentSchema, datasetId: z.string(), batchSize: z.number().int().positive().default(100), measure: z.boolean().default(false) }))
    .output(epochTimeSchema),
  /** The numerical proof of causality on the built model, in an engine beside any training; null where the model is too large for a look. */
  prove: procedure.input(z.object({ model: modelDocumentSchema, datasetId: z.string() })).output(causalityProofSchema.nullable()),
}

/** Named model documents of the workspace: designs without weights. */
const models = {
  list: procedure.output(z.array(savedModelSchema)),
  get: procedure.input(id).output(savedModelSchema),
  /** A new one. The document's family must accept it; it need not fit any data yet. */
  save: procedure
    .input(z.object({ name: modelNameSchema, model: modelDocumentSchema, notes: z.string().max(20000).default(''), datasetId: z.string().optional() }))
    .output(savedModelSchema),
  /** Renames it, or puts another document in its place. `revision`: that which the change was made to; refused when another window was faster. */
  update: procedure
    .input(
      id.extend({
        name: modelNameSchema.optional(),
        model: modelDocumentSchema.optional(),
        notes: z.string().max(20000).optional(),
        datasetId: z.string().optional(),
        revision: z.number().int().positive().optional(),
      }),
    )
    .output(savedModelSchema),
  /** A copy that names its parent. */
  duplicate: procedure.input(id.extend({ name: modelNameSchema.optional() })).output(savedModelSchema),
  /** Can be undone by `restore` for 30 days. */
  remove: procedure.input(id).output(ok),
  restore: procedure.input(id).output(savedModelSchema),
  /** A `.chainrule-model.json` file. */
  export: procedure.input(id).output(download),
  /** Takes such a file in, or the JSON of a bare document; names position and reason where it is no JSON. */
  import: procedure.input(z.object({ fileName: z.string().max(500), text: z.string().max(5_000_000) })).output(savedModelSchema),
  /** All of them, at once and at every change. */
  watch: procedure.output(eventIterator(z.array(savedModelSchema))),
}

const runs = {
  list: procedure.output(z.array(runRecordSchema)),
  get: procedure.input(id).output(runRecordSchema),
  /** Validates, writes the run record and queues it. */
  create: procedure
    .input(z.object({ name: z.string().trim().max(80).optional(), datasetId: z.string(), model: modelDocumentSchema, preset: presetNameSchema.nullable().default(null), training: trainingSettingsSchema, budget: budgetSchema }))
    .output(runRecordSchema),
  /** Continues from the last good checkpoint; a larger budget may be given. */
  resume: procedure.input(id.extend({ budget: budgetSchema.optional() })).output(runRecordSchema),
  /** Checkpoints, then frees the engine; resume is exact. */
  pause: procedure.input(id).output(ok),
  /** Checkpoints and ends the run. */
  stop: procedure.input(id).output(ok),
  checkpointNow: procedure.input(id).output(ok),
  update: procedure.input(id.extend({ name: z.string().trim().min(1).max(80).optional(), notes: z.string().max(20000).optional(), tags: z.array(z.string().trim().min(1).max(40)).max(20).optional() })).output(runRecordSchema),
  remove: procedure.input(id).output(ok),
  metrics: procedure.input(id).output(z.array(metricPointSchema)),
  /**
   * All points from `from` on (an index into metrics.jsonl) in batches, then live ones as they come (at most 20 messages a second);
   * `reset` is true when earlier points were cut by a resume and the client must forget what it has.
   */
  watchMetrics: procedure.input(id.extend({ from: z.number().int().nonnegative().default(0) })).output(eventIterator(z.object({ from: z.number().int(), reset: z.boolean(), points: z.array(metricPointSchema) }))),
  /** Histograms of weights and gradients over training: all that are kept at once, then new ones; `reset` as in watchMetrics. */
  watchHistograms: procedure.input(id).output(eventIterator(z.object({ reset: z.boolean(), records: z.array(histogramRecordSchema) }))),
  /** Every change of any run record (id and record), beginning with all of them. */
  watch: procedure.output(eventIterator(z.object({ runs: z.array(runRecordSchema), removed: z.array(z.string()) }))),
  /** Steps at which gallery samples exist, ascending. */
  gallery: procedure.input(id).output(z.array(z.number().int())),
  gallerySamples: procedure.input(id.extend({ step: z.number().int() })).output(sampleSetSchema),
}

const queue = {
  get: procedure.output(queueStateSchema),
  /** The present state at once, then every change. */
  watch: procedure.output(eventIterator(queueStateSchema)),
  /** Gives a waiting run another place; 0 is the next to start. Leaving the queue is runs.stop, coming back runs.resume. */
  move: procedure.input(z.object({ runId: z.string(), to: z.number().int().nonnegative() })).output(queueStateSchema),
  /** Starts nothing that waits until it is let go on; what trains goes on. Survives restarts. */
  setPaused: procedure.input(z.object({ paused: z.boolean() })).output(queueStateSchema),
}

const jobs = {
  list: procedure.output(z.array(jobSchema)),
  watch: procedure.output(eventIterator(z.array(jobSchema))),
  cancel: procedure.input(id).output(ok),
}

const checkpoints = {
  list: procedure.input(z.object({ runId: z.string() })).output(z.array(checkpointListingSchema)),
  update: procedure.input(z.object({ runId: z.string(), step: z.number().int(), note: z.string().max(20000).optional(), pinned: z.boolean().optional() })).output(checkpointRecordSchema),
  remove: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(ok),
  /** Makes this checkpoint the last one: later checkpoints, metrics and gallery images move to the run's 'discarded' folder, and resume continues from here. */
  restore: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(runRecordSchema),
}

const samples = {
  draw: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoint: checkpointSelectorSchema.default('best'),
        weights: weights.optional(),
        count: z.number().int().min(1).max(4096).default(16),
        seed: z.number().int().nonnegative().default(0),
        temperature: z.number().min(0).max(10).default(1),
        seconds: z.number().positive().max(600).optional(),
        naive: z.boolean().default(false),
        /** Class-conditional models; 'each' when absent. */
        class: sampleClassSchema.optional(),
      }),
    )
    /** Progress events, the last of which carries the samples. */
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), set: sampleSetSchema.nullable() }))),
  /** Whether the run's model completes this mask exactly, before anything is drawn. The engine builds the model for it, without weights. */
  completionExactness: procedure.input(z.object({ runId: z.string(), mask: completionMaskSchema })).output(completionExactnessSchema),
  /** Keeps what the mask leaves and samples the rest. Progress events, the last of which carries the completions. */
  complete: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoint: checkpointSelectorSchema.default('best'),
        weights: weights.optional(),
        source: completionSourceSchema.default({ kind: 'spread', split: 'test', count: 8 }),
        mask: completionMaskSchema,
        /** Completions of each example. */
        draws: z.number().int().min(1).max(1024).default(1),
        seed: z.number().int().nonnegative().default(0),
        temperature: z.number().min(0).max(10).default(1),
        naive: z.boolean().default(false),
        /** Class-conditional models; each example's own label when absent. */
        class: sampleClassSchema.optional(),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), set: completionSetSchema.nullable() }))),
}

const scores = {
  score: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoint: checkpointSelectorSchema.default('best'),
        weights: weights.optional(),
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        perExample: z.boolean().default(false),
        /** Scores the ensemble of so many members of a model that has several (masks, orderings), instead of its first. */
        ensemble: z.number().int().positive().optional(),
        /** Scores only so many examples of the split: each class in its share, or by chance where there are no labels. The same ones for every run. */
        examples: z.number().int().positive().optional(),
        /** Also the mean NLL of each dimension; examples of one shape only. */
        map: z.boolean().default(false),
      }),
    )
    .output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          result: z
            .object({ likelihood: likelihoodSchema, perExample: z.array(z.number()).nullable(), indices: z.array(z.number().int()).nullable(), map: nllMapSchema.nullable(), checkpointStep: z.number().int() })
            .nullable(),
        }),
      ),
    ),
  /** Classifies by exact p(x | c) p(c); class-conditional models on labelled data. Progress in examples, the last event carries the result. */
  classify: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoint: checkpointSelectorSchema.default('best'),
        weights: weights.optional(),
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** So many examples, spread over the classes as the split has them; all when absent. */
        examples: z.number().int().positive().optional(),
        /** p(c): the shares of the classes in the training split, or all alike. */
        prior: z.enum(['training', 'uniform']).default('training'),
      }),
    )
    .output(
      eventIterator(
        z.object({ done: z.number(), total: z.number(), result: z.object({ classification: classificationSchema, checkpointStep: z.number().int() }).nullable() }),
      ),
    ),
  /**
   * The leaderboard: the latest score of each run, and the published results; each row says whether it may stand beside the first run, and why
   * not. `paired` adds each run's difference to the first one over the same examples, which reads the NLL of each.
   */
  compare: procedure
    .input(z.object({ runIds: z.array(z.string()).min(1).max(5000), split: splitNameSchema.default('test'), paired: z.boolean().default(false) }))
    .output(comparisonSchema),
  /** The difference of two runs' NLLs on the same examples with its paired standard error. */
  difference: procedure.input(z.object({ runId: z.string(), against: z.string(), split: splitNameSchema.default('test') })).output(pairedDifferenceSchema),
}

/** Published results that the user has added; those that come with the studio stand in published/results. */
const publications = {
  list: procedure.output(z.array(publicationSchema)),
  /** A new one, or with `id` a change of one. `datasetId` says whose data it belongs to; a change may leave that as it is. */
  save: procedure.input(publicationFieldsSchema.extend({ id: z.string().optional(), datasetId: z.string().optional() })).output(publicationSchema),
  /** Answers what was removed; `restore` puts it back. */
  remove: procedure.input(id).output(publicationSchema),
  restore: procedure.input(publicationSchema).output(publicationSchema),
}

/** The run's checkpoint that answers. */
const answering = z.object({ runId: z.string(), checkpoint: checkpointSelectorSchema.default('best'), weights: weights.optional() })

const understanding = {
  /**
   * One pass over the conditionals of some examples: likelihood and ranking scores of each, calibration, maps, NLL by class. With `other`, a second data
   * set of the same domain is examined likewise, and each score says how well it tells the two apart. Progress in examples.
   */
  examine: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** So many examples, each class in its share or by chance; all when absent. */
        examples: z.number().int().positive().optional(),
        other: z.object({ datasetId: z.string(), split: splitNameSchema.default('test') }).optional(),
      }),
    )
    .output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          result: z.object({ own: examinationSchema, other: examinationSchema.nullable(), separation: z.array(separationSchema).nullable() }).nullable(),
        }),
      ),
    ),
  /** Every p(x_i | x_<i) of one example, all levels of it. */
  conditionals: procedure
    .input(answering.extend({ datasetId: z.string().optional(), split: splitNameSchema.default('test'), index: z.number().int().nonnegative() }))
    .output(exampleConditionalsSchema),
  /** Exact search through a split for the examples nearest to some levels (n × D). Progress in examples. */
  neighbours: procedure
    .input(
      z.object({
        datasetId: z.string(),
        split: splitNameSchema.default('train'),
        levels: bytesSchema,
        count: z.number().int().min(1).max(100).default(5),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), result: neighboursSchema.nullable() }))),
  /** Activations of a hidden layer for the examples of a split, for classifiers and the like elsewhere. Progress in examples. */
  features: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** Name of the layer; the last hidden one when absent. */
        layer: z.string().optional(),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), result: featuresSchema.nullable() }))),
  /** Weights as pictures; empty where a family has none that can be seen as such. */
  filters: procedure.input(answering.extend({ most: z.number().int().min(1).max(1024).default(256) })).output(z.array(filtersSchema)),
}

const exports = {
  /** A map of the NLL as a PNG: dark where it is low, yellow where it is highest; the range is in its text metadata. */
  map: procedure.input(z.object({ map: nllMapSchema, scale: z.number().int().min(1).max(64).default(8) })).output(download),
  /** A PNG grid of samples, with the recipe in its text metadata. */
  png: procedure.input(z.object({ set: sampleSetSchema, columns: z.number().int().min(1).max(64).optional(), scale: z.number().int().min(1).max(32).default(1), what: z.enum(['samples', 'means']).default('samples') })).output(download),
  /** Completions as a PNG: for each example a row with the example, what was known of it, and its completions. */
  completions: procedure.input(z.object({ set: completionSetSchema, scale: z.number().int().min(1).max(32).default(1) })).output(download),
  /** One sample as a WAV file (16-bit), with seed and checkpoint in its LIST/INFO metadata. */
  wav: procedure.input(z.object({ set: sampleSetSchema, index: z.number().int().nonnegative() })).output(download),
  /** A zip: weights as safetensors (raw, EMA), model.json, README of the layout. */
  model: procedure.input(z.object({ runId: z.string(), checkpoint: checkpointSelectorSchema.default('best') })).output(download),
  metricsCsv: procedure.input(z.object({ runId: z.string() })).output(download),
}

/** Everything the studio can do, whichever door it is asked through. */
export const contract = {
  system,
  uploads,
  datasets,
  families,
  models,
  runs,
  queue,
  jobs,
  checkpoints,
  samples,
  scores,
  publications,
  understanding,
  exports,
}
export type Contract = typeof contract
