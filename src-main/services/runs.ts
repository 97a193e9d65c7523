import type { DatasetRecord } from '../contract/records/dataset'
import type { PresetName } from '../contract/records/model'
import type { ModelDocument } from '../contract/records/model'
import { RUN_VERSION } from '../contract/records/run'
import type { RunRecord, RunStatus } from '../contract/records/run'
import type { Budget, MetricPoint, TrainingConfig, TrainingConfigInput, TrainingSettings } from '../contract/records/training'
import { trainingConfigSchema } from '../contract/records/training'
import { UserError } from '../data/userError'
import { familyDescription } from '../contract/inspect/registry'
import { checkpointFiles } from '../engine/checkpointFiles'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { checkedModel } from './families'
import { changes } from './eventHub'
import { hasLimit } from './queue'
import type { ControlAction } from './queue'
import { runTrashId } from './trash'

export interface NewRun {
  name?: string | undefined
  datasetId: string
  model: ModelDocument
  preset: PresetName | null
  training: TrainingSettings
  budget: Budget
}

/** Validates everything before anything is written, then queues the run. */
export async function createRun(context: StudioContext, input: NewRun): Promise<RunRecord> {
  const { datasets, runs, queue } = context
  const dataset = datasets.get(input.datasetId)
  if (dataset.counts.train === 0)
    throw new UserError(`${dataset.name} has no training examples.`, { field: 'datasetId', mend: 'Import it again with another split.' })
  const { model, inspection, description } = checkedModel(input.model, dataset.domain)
  const preset = input.preset ? description.presets(dataset.domain)[input.preset] : null
  const training = checkedTraining(dataset, { ...preset?.training, ...chosen(input.training) })
  const budget = hasLimit(input.budget) ? input.budget : (preset?.budget ?? {})
  if (!hasLimit(budget))
    throw new UserError('How long to train is not set.', { field: 'budget', mend: 'Give a number of epochs, steps or minutes.' })

  const now = new Date().toISOString()
  const run: RunRecord = {
    type: 'run',
    version: RUN_VERSION,
    id: runs.newId(model.family, dataset.id),
    name: input.name || `${description.title} on ${dataset.name}`,
    createdAt: now,
    updatedAt: now,
    dataset: { id: dataset.id, name: dataset.name, variant: dataset.variant, domain: dataset.domain },
    model,
    preset: input.preset,
    training,
    budget,
    parameters: inspection.parameters,
    status: 'queued',
    error: null,
    progress: { step: 0, epoch: 0, seconds: 0, fraction: 0, etaSeconds: null, stepsPerSecond: 0 },
    lastTrain: null,
    lastValid: null,
    best: null,
    baselines: { uniformNats: dataset.statistics.uniformNats, independentNats: dataset.statistics.independentNats },
    scores: [],
    weightsHash: null,
    engine: null,
    execution: null,
    notes: '',
    tags: [],
    parent: null,
    imported: null,
  }
  await runs.add(run)
  await queue.enqueue(run.id)
  return runs.get(run.id)
}

/** A whole configuration, the defaults filled in; UserError with the setting at fault. */
export function checkedTraining(dataset: DatasetRecord, settings: TrainingConfigInput): TrainingConfig {
  const training = trainingConfigSchema.safeParse(settings)
  if (!training.success) {
    const issue = training.error.issues[0]
    throw new UserError(`The training setting ${issue?.path.join('.') ?? ''} is wrong: ${issue?.message ?? ''}.`, {
      field: `training.${issue?.path.join('.') ?? ''}`,
    })
  }
  const changesImages = (['mirror', 'shift'] as const).find((name) => training.data[name] > 0)
  if (changesImages && dataset.domain.kind !== 'image')
    throw new UserError(`The training setting ${changesImages} is for images, and ${dataset.name} holds none.`, {
      field: `training.${changesImages}`,
      mend: 'Set it to 0.',
    })
  return training.data
}

/** Fields that are there but undefined must not hide a preset's value. */
export function chosen(settings: TrainingSettings): TrainingSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

const BUSY: readonly RunStatus[] = ['queued', 'starting', 'running']

/** Whether its record says that it neither trains nor waits to. */
export const hasEnded = (run: RunRecord): boolean => !BUSY.includes(run.status)

export const isBusy = (context: Pick<StudioContext, 'queue'>, run: RunRecord): boolean =>
  !hasEnded(run) || context.queue.active?.runId === run.id

/** Waits for the last writes of a run that has just ended, so that what follows finds it at rest. */
export async function settled({ queue, runs }: Pick<StudioContext, 'queue' | 'runs'>, id: string): Promise<void> {
  if (queue.active?.runId === id && hasEnded(runs.get(id))) await queue.active.ended
}

/** Queues a run again; it goes on from its last sound checkpoint. */
export async function resumeRun(context: StudioContext, id: string, budget?: Budget): Promise<RunRecord> {
  const { runs, queue } = context
  await settled(context, id)
  const run = runs.get(id)
  if (run.status === 'queued' && queue.active?.runId !== id) {
    // It was left waiting by a studio that has ended.
    await queue.enqueue(id)
    return runs.get(id)
  }
  if (isBusy(context, run)) throw new UserError(`${run.name} is ${run.status} already.`)
  datasetOfRun(context, run)
  await refuseWithoutState(context, run)
  const next = budget && hasLimit(budget) ? budget : run.budget
  if (run.status === 'completed' || budget) refuseSpent(run, next)
  await runs.save(id, { status: 'queued', error: null, budget: next })
  await queue.enqueue(id)
  return runs.get(id)
}

/** A checkpoint that came without its run has weights alone. */
async function refuseWithoutState({ runs }: StudioContext, run: RunRecord): Promise<void> {
  if (!run.imported || familyDescription(run.model.family).fitted) return
  const last = (await runs.checkpoints(run.id).list()).findLast(({ record, problem }) => record && !problem)?.record
  if (last && !last.files.some(({ name }) => name === checkpointFiles.optimizer))
    throw new UserError(`${run.name} was imported as a model: it has no optimizer state to go on with.`, { mend: 'Branch from it instead, with a fresh optimizer state.' })
}

function refuseSpent({ name, progress, status }: RunRecord, { steps, epochs, minutes }: Budget): void {
  const spent = [
    steps !== undefined && progress.step >= steps ? `${progress.step} of ${steps} steps` : null,
    epochs !== undefined && progress.epoch >= epochs ? `${progress.epoch.toFixed(1)} of ${epochs} epochs` : null,
    minutes !== undefined && progress.seconds >= minutes * 60 ? `${(progress.seconds / 60).toFixed(1)} of ${minutes} minutes` : null,
  ].filter((text) => text !== null)
  if (spent.length > 0 || status === 'completed') {
    if (spent.length === 0) return
    throw new UserError(`${name} has used up its budget: ${spent.join(', ')}.`, { field: 'budget', mend: 'Resume it with a larger one.' })
  }
}

export async function controlRun(context: StudioContext, id: string, action: ControlAction): Promise<{ ok: true }> {
  const { runs, queue } = context
  const run = runs.get(id)
  if (queue.active?.runId === id) {
    await queue.active.control(action)
    return { ok: true }
  }
  if (action !== 'checkpoint' && (await queue.withdraw(id))) {
    await runs.save(id, { status: action === 'pause' ? 'paused' : 'stopped' })
    return { ok: true }
  }
  throw new UserError(`${run.name} is not training: it is ${run.status}.`)
}

export async function updateRun(
  { runs }: StudioContext,
  id: string,
  change: { name?: string | undefined; notes?: string | undefined; notesBefore?: string | undefined; tags?: string[] | undefined },
): Promise<RunRecord> {
  const { name, notes, notesBefore, tags } = change
  const before = runs.get(id)
  if (notes !== undefined && notesBefore !== undefined && before.notes !== notesBefore && before.notes !== notes) {
    throw new UserError(`The notes of ${before.name} were changed elsewhere in the meantime.`, {
      field: 'notesBefore',
      mend: 'Look at both, and keep the one, the other, or the two together.',
    })
  }
  await runs.save(id, {
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
  })
  return runs.get(id)
}

/** Moves it to the trash, from which it can be taken back. */
export async function removeRun(context: StudioContext, id: string): Promise<{ ok: true; trashId: string }> {
  await settled(context, id)
  const run = context.runs.get(id)
  if (context.queue.active?.runId === id) throw new UserError(`${run.name} is training.`, { mend: 'Stop it first.' })
  await context.queue.withdraw(id)
  return { ok: true, trashId: runTrashId(await context.runs.remove(id)) }
}

export async function* watchRuns(
  { runs, hub }: StudioContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ runs: RunRecord[]; removed: string[] }, void> {
  for await (const changed of changes({ hub, topics: ['runs'], signal })) {
    if (changed === null) yield { runs: runs.list(), removed: [] }
    else
      yield {
        runs: [...changed].filter((id) => runs.has(id)).map((id) => runs.get(id)),
        removed: [...changed].filter((id) => !runs.has(id)),
      }
  }
}

export async function allMetrics({ runs }: StudioContext, id: string): Promise<MetricPoint[]> {
  const log = await runs.metrics(id)
  const points: MetricPoint[] = []
  for (let from = 0; from < log.count;) {
    const read = await log.read(from)
    for (const point of read.points) points.push(point)
    from = read.next
  }
  return points
}
