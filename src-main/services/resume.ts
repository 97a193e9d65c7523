import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointRecord, RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import type { TrainRequest } from '../engine/protocol'
import type { CheckpointStore } from '../storage/checkpointStore'
import type { MetricsLog } from '../storage/metricsLog'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { galleryFolder, galleryStep } from './gallery'

type RunContext = Pick<StudioContext, 'runs' | 'datasets' | 'hub'>

/** Everything a training needs, from its last sound checkpoint or, where there is none, from the beginning. */
export async function prepareTraining(
  context: RunContext,
  runId: string,
): Promise<{ request: TrainRequest; log: MetricsLog; store: CheckpointStore }> {
  const { runs, datasets } = context
  const run = runs.get(runId)
  const store = runs.checkpoints(runId)
  await store.clean()
  const { record: checkpoint, skipped } = await store.lastSound()
  if (!checkpoint && skipped.length > 0) {
    throw new UserError(`None of the checkpoints of ${run.name} can be used. ${skipped.map(({ problem }) => problem).join(' ')}`, {
      mend: 'Delete them to train the run again from the beginning.',
    })
  }
  if (skipped.length > 0) await noteSkipped(context, run, skipped, checkpoint)
  const log = await rewind(context, runId, checkpoint)
  const folder = datasets.folderOf(datasetOfRun(context, run).id)
  const { model, training, budget } = run
  return {
    request: {
      runId,
      runFolder: runs.folderOf(runId),
      dataset: { folder, domain: run.dataset.domain },
      model,
      training,
      budget,
      resumeFrom: checkpoint && resumePoint(store, checkpoint),
    },
    log,
    store,
  }
}

function resumePoint(
  store: CheckpointStore,
  { step, epoch, seconds, trainerState }: CheckpointRecord,
): NonNullable<TrainRequest['resumeFrom']> {
  return { folder: store.folderOf(step), step, epoch, seconds, trainerState }
}

/** Brings metrics, gallery and the record's figures back to a checkpoint (null: to the beginning), so that curves never overlap. */
export async function rewind({ runs, hub }: RunContext, runId: string, checkpoint: CheckpointRecord | null): Promise<MetricsLog> {
  const log = await runs.metrics(runId)
  const step = checkpoint?.step ?? -1
  const removed = await log.truncateToStep(step)
  await (await runs.histograms(runId)).truncateToStep(step)
  await removeGalleryAfter(runs.folderOf(runId), step)
  const run = runs.get(runId)
  if (removed > 0 || run.progress.step !== Math.max(0, step)) {
    await runs.save(runId, {
      ...(await figuresOf(log, judgedWeights(run))),
      weightsHash: checkpoint?.weightsHash ?? null,
      progress: progressAt(run, checkpoint),
    })
    hub.emit('metrics', runId)
  }
  return log
}

function progressAt({ progress }: RunRecord, checkpoint: CheckpointRecord | null): RunRecord['progress'] {
  const step = checkpoint?.step ?? 0
  const fraction = progress.step > 0 ? Math.min(1, (progress.fraction * step) / progress.step) : 0
  return {
    step,
    epoch: checkpoint?.epoch ?? 0,
    seconds: checkpoint?.seconds ?? 0,
    fraction,
    etaSeconds: null,
    stepsPerSecond: progress.stepsPerSecond,
  }
}

/** The weights by which a run is judged: where there is a moving average, both are validated and the average counts. */
export const judgedWeights = ({ training }: Pick<RunRecord, 'training'>): 'raw' | 'ema' => (training.ema === null ? 'raw' : 'ema')

async function figuresOf(log: MetricsLog, weights: 'raw' | 'ema'): Promise<Pick<RunRecord, 'lastTrain' | 'lastValid' | 'best'>> {
  const points = (await log.pointsOfKind('valid')).filter((point) => point.weights === weights)
  const valid = points.map(({ step, nats, bitsPerDim }) => ({ step, nats, bitsPerDim }))
  const tail = await log.read(Math.max(0, log.count - 100))
  const train = tail.points.filter(({ kind }) => kind === 'train').at(-1)
  return {
    lastTrain: train ? { step: train.step, nats: train.nats, bitsPerDim: train.bitsPerDim } : null,
    lastValid: valid.at(-1) ?? null,
    best: valid.reduce<RunRecord['best']>((best, point) => (best && best.nats <= point.nats ? best : point), null),
  }
}

async function removeGalleryAfter(runFolder: string, step: number): Promise<void> {
  const folder = galleryFolder(runFolder)
  for (const name of await readdir(folder).catch(() => [])) {
    const at = galleryStep(name)
    if (at !== null && at > step) await rm(join(folder, name), { force: true })
  }
}

/** A damaged checkpoint that was passed over is worth knowing later: it stands in the run's notes. */
async function noteSkipped(
  { runs }: RunContext,
  run: RunRecord,
  skipped: { problem: string }[],
  checkpoint: CheckpointRecord | null,
): Promise<void> {
  const line = `Resumed from step ${checkpoint?.step ?? 0}, since: ${skipped.map(({ problem }) => problem).join(' ')}`
  if (!run.notes.includes(line)) await runs.save(run.id, { notes: run.notes === '' ? line : `${run.notes}\n${line}` })
}
