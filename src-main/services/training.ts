import { familyDescription } from '../contract/inspect/registry'
import type { RunRecord } from '../contract/records/run'
import type { MetricPoint } from '../contract/records/training'
import { EngineDiedError } from '../engine/errors'
import type { TrainEvent } from '../engine/protocol'
import { threadEnvironment } from '../engine/threads'
import type { CheckpointStore } from '../storage/checkpointStore'
import type { MetricsLog } from '../storage/metricsLog'
import { stepsInUse } from './checkpointUse'
import type { StudioContext } from './context'
import { messageOf } from './errors'
import { outOfMemoryWords, ranOutOfMemory, smallerBatch } from './outOfMemory'
import { sleep } from './eventHub'
import type { JobHandle } from './jobs'
import type { ActiveTraining, ControlAction } from './queue'
import { judgedWeights, prepareTraining } from './resume'

type TrainingContext = Omit<StudioContext, 'queue' | 'engineInstaller'>
type Ended = Extract<TrainEvent, { type: 'finished' }>

/** How long a pause may take to write its checkpoint before the engine is ended without one. */
const PAUSE_MILLISECONDS = 120_000

/** Trains a queued run to its end, whatever that is; the record, the metrics and the checkpoints are written here and nowhere else. */
export function beginTraining(context: TrainingContext, runId: string): ActiveTraining {
  const { runs, engines, jobs } = context
  const abort = new AbortController()
  let started = false
  /** Wanted before the engine had begun. */
  let wanted: ControlAction | null = null

  async function control(action: ControlAction): Promise<void> {
    if (!started) {
      if (action !== 'checkpoint' || wanted === null) wanted = action
      return
    }
    await engines.training.client().control(action)
    if (action !== 'checkpoint') {
      void sleep(PAUSE_MILLISECONDS, abort.signal).then(() => {
        if (!abort.signal.aborted) abort.abort(new Error('The engine did not finish its step in time and was ended.'))
      })
    }
  }

  const job = jobs.start({
    id: `train-${runId}`,
    kind: 'train',
    title: `Training ${runs.get(runId).name}`,
    runId,
    datasetId: runs.get(runId).dataset.id,
    status: 'running',
    unit: 'steps',
    cancel: () => void control('pause').catch(() => {}),
  })

  async function train(): Promise<void> {
    let finished: Ended | null = null
    let failure: unknown = null
    try {
      await runs.save(runId, { status: 'starting', error: null })
      const { request, log, store } = await prepareTraining(context, runId)
      const threads = threadEnvironment(familyDescription(request.model.family))
      for await (const event of engines.training.client(threads).train(request, { signal: abort.signal })) {
        if (event.type === 'started') {
          started = true
          await runs.save(runId, { status: 'running', parameters: event.parameters, engine: event.engine, execution: event.execution })
          job.update({ total: event.totalSteps, detail: 'started' })
          if (wanted) await control(wanted)
        } else if (event.type === 'finished') finished = event
        else await record(context, { runId, event, log, store, job })
      }
      if (!finished) failure = abort.signal.reason ?? new Error('The engine ended the training without saying why.')
    } catch (error) {
      failure = abort.signal.aborted ? abort.signal.reason : error
    }
    abort.abort()
    // A run that is said to be paused or finished has given its memory and its accelerator back.
    await engines.training.release().catch(() => {})
    await conclude(context, runId, finished, failure, job)
  }

  return { runId, control, ended: train() }
}

interface Recording {
  runId: string
  event: Exclude<TrainEvent, { type: 'started' | 'finished' }>
  log: MetricsLog
  store: CheckpointStore
  job: JobHandle
}

async function record({ runs, hub, jobs }: TrainingContext, { runId, event, log, store, job }: Recording): Promise<void> {
  switch (event.type) {
    case 'metrics': {
      await log.append(event.points)
      runs.touch(runId, progressOf(runs.get(runId), event))
      hub.emit('metrics', runId)
      job.update(jobProgress(runs.get(runId)))
      return
    }
    case 'checkpoint': {
      const { step, epoch, seconds, files, weightsHash, trainerState, train, valid } = event
      // Before the checkpoint: a resume from it must find every metric up to its step.
      await log.sync()
      await store.commit(event.folder, {
        type: 'checkpoint',
        version: 1,
        runId,
        step,
        epoch,
        seconds,
        createdAt: new Date().toISOString(),
        train,
        valid,
        weightsHash,
        files,
        trainerState,
        tags: [],
        pinned: false,
        note: '',
        bytes: files.reduce((total, file) => total + file.bytes, 0),
      })
      await runs.save(runId, { weightsHash })
      await store.retain(runs.get(runId).training, stepsInUse({ jobs }, runId))
      hub.emit('runs', runId)
      return
    }
    case 'histograms':
      await (await runs.histograms(runId)).append(event.record)
      hub.emit('metrics', runId)
      return
    case 'gallery':
      hub.emit('runs', runId)
      return
  }
}

/** The record's figures after some metric points. */
function progressOf(run: RunRecord, { points, fraction, etaSeconds }: Extract<TrainEvent, { type: 'metrics' }>): Partial<RunRecord> {
  const change: Pick<RunRecord, 'lastTrain' | 'lastValid' | 'best'> = { lastTrain: run.lastTrain, lastValid: run.lastValid, best: run.best }
  let { stepsPerSecond } = run.progress
  let last: MetricPoint | undefined
  for (const point of points) {
    const figures = { step: point.step, nats: point.nats, bitsPerDim: point.bitsPerDim }
    last = point
    if (point.kind === 'train') {
      change.lastTrain = figures
      stepsPerSecond = point.stepsPerSecond
    } else if (point.weights === judgedWeights(run)) {
      change.lastValid = figures
      if (!change.best || point.nats < change.best.nats) change.best = figures
    }
  }
  if (!last) return {}
  const { step, epoch, seconds } = last
  return { ...change, progress: { step, epoch, seconds, fraction: Math.min(1, Math.max(0, fraction)), etaSeconds, stepsPerSecond } }
}

function jobProgress({ progress, lastTrain }: RunRecord): { done: number; etaSeconds: number | null; detail: string } {
  const nats = lastTrain ? `${lastTrain.nats.toFixed(lastTrain.nats < 10 ? 3 : 1)} nats · ` : ''
  return { done: progress.step, etaSeconds: progress.etaSeconds, detail: `${nats}${progress.stepsPerSecond.toFixed(1)} steps/s` }
}

const STATUS = { budget: 'completed', 'early-stopping': 'completed', fitted: 'completed', paused: 'paused', stopped: 'stopped' } as const

/** Writes how the training ended. Should even that fail (a full disk), the next start finds the run 'running' and calls it interrupted. */
async function conclude(
  { runs, hub }: TrainingContext,
  runId: string,
  finished: Ended | null,
  failure: unknown,
  job: JobHandle,
): Promise<void> {
  if (!runs.has(runId)) return job.finish('cancelled')
  const { progress } = runs.get(runId)
  let change: Partial<RunRecord>
  if (finished && !failure) {
    const status = STATUS[finished.reason]
    change = {
      status,
      error: null,
      weightsHash: finished.weightsHash,
      progress: { ...progress, step: finished.step, etaSeconds: null, fraction: status === 'completed' ? 1 : progress.fraction },
    }
  } else {
    const interrupted = failure instanceof EngineDiedError
    change = {
      status: interrupted ? 'interrupted' : 'failed',
      error: await failureWords(runs.get(runId), runs.checkpoints(runId), failure),
      progress: { ...progress, etaSeconds: null },
    }
  }
  if (change.error) job.finish('failed', change.error)
  else job.finish(change.status === 'completed' ? 'done' : 'cancelled')
  await runs.save(runId, change).catch((error: unknown) => console.error(messageOf(error)))
  hub.emit('metrics', runId)
}

async function failureWords(run: RunRecord, store: CheckpointStore, failure: unknown): Promise<string> {
  const { record } = await store.lastSound().catch(() => ({ record: null }))
  const from = record
    ? `Resume the run to go on from its checkpoint of step ${record.step}.`
    : 'Resume the run to start it again; it had no checkpoint yet.'
  return [outOfMemoryWords(failure) ?? messageOf(failure), from, ...(ranOutOfMemory(failure) ? [smallerBatch(run)] : [])].join(' ')
}
