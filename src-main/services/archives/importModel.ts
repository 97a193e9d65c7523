import { join } from 'node:path'
import { z } from 'zod'
import { dimensionsOf, domainSchema } from '../../contract/domain'
import { likelihoodSchema } from '../../contract/likelihood'
import { datasetFingerprintSchema } from '../../contract/records/archive'
import { modelDocumentSchema, presetNameSchema } from '../../contract/records/model'
import { RUN_VERSION, checkpointRecordSchema, engineInfoSchema } from '../../contract/records/run'
import { budgetSchema, trainingConfigSchema } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import { checkpointFiles } from '../../engine/checkpointFiles'
import { checkpointStore } from '../../storage/checkpointStore'
import { readSafetensors } from '../../storage/safetensors'
import { slug } from '../../storage/workspace'
import type { StudioContext } from '../context'
import { checkedModel } from '../families'
import { MODEL_ARCHIVE_VERSION } from '../exports/modelArchive'
import { refuseNewer, refuseTooLarge } from './archiveChecks'
import type { OpenArchive } from './openArchive'
import type { Unpacked } from './unpacked'

/** What of `model.json` becomes the run; older archives lack the optional fields. */
const modelArchiveSchema = z.object({
  model: modelDocumentSchema,
  domain: domainSchema,
  dataset: z.object({ id: z.string().optional(), name: z.string(), variant: z.string() }),
  fingerprint: datasetFingerprintSchema.nullable().default(null),
  parameters: z.array(z.object({ name: z.string(), shape: z.array(z.number().int()) })),
  files: z.array(z.enum([checkpointFiles.weights, checkpointFiles.ema])).min(1),
  sha256: z.record(z.string(), z.string()).default({}),
  checkpoint: checkpointRecordSchema.pick({ step: true, epoch: true, seconds: true, valid: true, weightsHash: true }),
  run: z.object({
    id: z.string().regex(/^[A-Za-z0-9][\w-]{0,120}$/),
    name: z.string(),
    createdAt: z.iso.datetime(),
    training: trainingConfigSchema,
    budget: budgetSchema,
    engine: engineInfoSchema.nullable(),
    preset: presetNameSchema.nullable().default(null),
    baselines: z.object({ uniformNats: z.number(), independentNats: z.number() }).optional(),
  }),
  scores: z.array(likelihoodSchema.extend({ checkpointStep: z.number().int(), scoredAt: z.iso.datetime(), dataset: z.string() })).default([]),
})

/** A model without its run becomes a run of one checkpoint: it samples, scores and can be branched from, but it has no curves to go on with. */
export async function importModelArchive(context: StudioContext, archive: OpenArchive, partial: string): Promise<Unpacked> {
  const value = await archive.json('model.json')
  refuseNewer(archive, value, 'chainrule-model', MODEL_ARCHIVE_VERSION)
  const parsed = modelArchiveSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UserError(`${archive.name} is damaged: model.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}.`, { field: 'path', mend: 'Export the model again.' })
  }
  const { model, domain, dataset, fingerprint, checkpoint, run, scores, parameters, files: names, sha256: checksums } = parsed.data
  const { inspection } = checkedModel(model, domain)
  await refuseTooLarge(context, archive, names.reduce((sum, name) => sum + (archive.sizeOf(name) ?? 0), 0))

  const folder = join(partial, 'checkpoints', `${checkpoint.step}.partial`)
  const files: { name: string; bytes: number; sha256: string }[] = []
  for (const name of names) {
    const bytes = archive.sizeOf(name) ?? 0
    const wanted = checksums[name]
    const sha256 = await archive.extract(name, join(folder, name), { bytes, ...(wanted === undefined ? {} : { sha256: wanted }) })
    const { tensors } = await readSafetensors(join(folder, name))
    const strange = parameters.find(({ name: parameter, shape }) => tensors.get(parameter)?.shape.join() !== shape.join())
    if (strange || tensors.size !== parameters.length)
      throw new UserError(`${archive.name} is damaged: ${name} does not hold the parameters that its model.json lists.`, { field: 'path', mend: 'Export the model again.' })
    files.push({ name, bytes, sha256 })
  }
  const createdAt = new Date().toISOString()
  await checkpointStore(partial).commit(folder, {
    type: 'checkpoint',
    version: 1,
    runId: run.id,
    ...checkpoint,
    createdAt,
    train: null,
    files,
    trainerState: {},
    tags: [],
    pinned: false,
    note: '',
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  const { step, epoch, seconds, valid, weightsHash } = checkpoint
  const figures = valid && { step, nats: valid.nats, bitsPerDim: valid.bitsPerDim }
  const uniformNats = Math.log(domain.levels) * (domain.variableLength ? 1 : dimensionsOf(domain))
  return {
    fingerprint,
    record: {
      type: 'run',
      version: RUN_VERSION,
      id: run.id,
      name: run.name,
      createdAt: run.createdAt,
      updatedAt: createdAt,
      dataset: { id: dataset.id ?? slug(dataset.name), name: dataset.name, variant: dataset.variant, domain },
      model,
      preset: run.preset,
      training: run.training,
      budget: run.budget,
      parameters: inspection.parameters,
      status: 'completed',
      error: null,
      progress: { step, epoch, seconds, fraction: 1, etaSeconds: null, stepsPerSecond: seconds > 0 ? step / seconds : 0 },
      lastTrain: null,
      lastValid: figures,
      best: figures,
      baselines: run.baselines ?? { uniformNats, independentNats: uniformNats },
      scores,
      weightsHash,
      engine: run.engine,
      execution: null,
      notes: '',
      tags: [],
      parent: null,
      imported: null,
    },
  }
}
