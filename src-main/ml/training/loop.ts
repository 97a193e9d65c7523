import type { Domain } from '../../contract/domain'
import { framesOf } from '../../contract/domain'
import type { HistogramRecord } from '../../contract/records/histogram'
import type { Budget, MetricPoint, TrainingConfig } from '../../contract/records/training'
import type { ExampleSource } from '../evaluation/exampleSource'
import { exactNll, summarizeNll } from '../evaluation/likelihood'
import type { Conditioning } from '../models/model'
import { tf } from '../tensor/tf'
import type { TrainingBatches } from './batches'
import { TrainingDivergedError } from './errors'
import type { Learner, Observer } from './learner'
import { magnitudeCounter } from './magnitudes'
import type { MagnitudeCounter } from './magnitudes'
import { createMeter } from './meter'
import { fractionDone, learningRateAt, secondsLeft } from './schedule'
import type { TrainerState } from './trainerState'

/** What the outside asks for; taken up after the present step. */
export interface TrainingControl {
  request: 'pause' | 'stop' | 'checkpoint' | null
}

export interface ValidationSet {
  source: ExampleSource
  indices: Uint32Array
  batchSize: number
  context: number | null
  windowSamples: number
  /** Values that share their latents, see `Model.frame`. */
  frame?: number | undefined
  /** What the model is conditioned on, see `Model.conditioning`. */
  conditioning?: Conditioning | undefined
}

export interface TrainingOptions {
  domain: Domain
  config: TrainingConfig
  budget: Budget
  learner: Learner
  batches: TrainingBatches
  /** null when the data set has no validation split. */
  validation: ValidationSet | null
  /** Where to go on; a fresh state at the start. The learner holds the tensors that belong to it. */
  state: TrainerState
  control: TrainingControl
  /** Whether gradients and weights are looked at when validations are due. */
  histograms?: boolean
  signal?: AbortSignal
}

type ValidPoint = Extract<MetricPoint, { kind: 'valid' }>
type FinishReason = 'budget' | 'early-stopping' | 'paused' | 'stopped'
export type LoopEvent =
  | { type: 'metrics'; points: MetricPoint[]; fraction: number; etaSeconds: number | null }
  | { type: 'checkpoint'; state: TrainerState; epoch: number; train: { nats: number; bitsPerDim: number } | null; valid: ValidPoint | null; best: boolean }
  | { type: 'histograms'; record: HistogramRecord }
  | { type: 'finished'; reason: FinishReason; step: number }

/** Steps that the training figure of a checkpoint is a mean over. */
const RECENT = 100
/** Validations 'once an epoch' are at least this many steps apart, so that a tiny data set is not validated all the time. */
const FEWEST_STEPS_BETWEEN_VALIDATIONS = 100

/**
 * Trains until the budget is used, patience ends or the control says so. What it computes depends on (configuration, data, state) alone:
 * neither on when checkpoints are taken nor on how often it was interrupted. At a 'checkpoint' event the learner stands at `state`; it goes on
 * when the consumer asks for the next event.
 */
export async function* trainingLoop(options: TrainingOptions): AsyncGenerator<LoopEvent, void> {
  const { domain, config, budget, learner, batches, validation, control, histograms: observing = false, signal } = options
  const state = structuredClone(options.state)
  const bitsPerDim = (nats: number): number => nats / (batches.masked === 'samples' ? 1 : batches.shape[1]) / Math.LN2
  /** Losses are of whole clips; what is reported of video is per frame. */
  const frames = framesOf(domain)
  const started = performance.now()
  const [firstStep, secondsBefore] = [state.step, state.seconds]
  const meter = createMeter()

  const epochNow = (): number => state.epoch + state.batch / batches.stepsIn(state.epoch)
  const progress = () => ({ step: state.step, epoch: epochNow(), seconds: state.seconds })
  const fraction = (): number => fractionDone(budget, progress())
  const elapse = (): void => {
    state.seconds = secondsBefore + (performance.now() - started) / 1000
  }
  const metrics = (points: MetricPoint[]): LoopEvent => {
    const secondsPerStep = (state.seconds - secondsBefore) / Math.max(1, state.step - firstStep)
    return { type: 'metrics', points, fraction: fraction(), etaSeconds: secondsLeft(budget, progress(), { secondsPerStep, stepsPerEpoch: batches.stepsIn(state.epoch) }) }
  }
  const trainPoint = (): MetricPoint[] => {
    const measured = meter.take()
    if (!measured) return []
    const { nats, ...rest } = measured
    return [{ kind: 'train', ...progress(), nats: nats / frames, bitsPerDim: bitsPerDim(nats), ...rest, memoryBytes: process.memoryUsage.rss(), tensors: tf.memory().numTensors }]
  }
  const checkpoint = (valid: ValidPoint | null, best: boolean): LoopEvent => {
    const nats = state.recent.reduce((sum, value) => sum + value, 0) / state.recent.length
    return { type: 'checkpoint', state: structuredClone(state), epoch: epochNow(), train: state.recent.length > 0 ? { nats: nats / frames, bitsPerDim: bitsPerDim(nats) } : null, valid, best }
  }

  /** Gathers the magnitudes of every layer while a step is looked at. */
  const layerMagnitudes = (): { observe: Observer; histograms(): LoopEvent } => {
    const layers = new Map<string, { weights: MagnitudeCounter; gradients: MagnitudeCounter }>()
    return {
      observe(name, gradient, values) {
        const layer = layers.get(name) ?? { weights: magnitudeCounter(), gradients: magnitudeCounter() }
        layers.set(name, layer)
        layer.weights.add(values)
        layer.gradients.add(gradient)
      },
      histograms: () => ({
        type: 'histograms',
        record: {
          ...progress(),
          layers: [...layers].map(([name, { weights, gradients }]) => ({ name, weights: weights.result(), gradients: gradients.result() })),
        },
      }),
    }
  }

  const validationDue = (epochEnded: boolean): boolean => {
    if (!validation) return false
    if (config.validateEvery !== null) return state.step % config.validateEvery === 0
    const epochs = Math.ceil(FEWEST_STEPS_BETWEEN_VALIDATIONS / batches.stepsIn(0))
    return epochEnded && state.epoch % epochs === 0
  }

  let next = batches.read(state.epoch, state.batch)
  let valid: ValidPoint | null = null
  try {
    while (fraction() < 1) {
      const awaited = performance.now()
      const batch = await next
      const dataWaitMs = performance.now() - awaited
      const learningRate = learningRateAt(config, state.step, fraction())
      state.step += 1
      state.batch += 1
      const epochEnded = state.batch >= batches.stepsIn(state.epoch)
      if (epochEnded) [state.epoch, state.batch] = [state.epoch + 1, 0]
      // Read while the step runs: in a thread of its own, since the step keeps this one busy.
      next = batches.read(state.epoch, state.batch)
      next.catch(() => {})

      const stepStarted = performance.now()
      // Known before the step, so that whether a step is looked at depends on the settings and its number alone.
      const last = fractionDone({ steps: budget.steps, epochs: budget.epochs }, progress()) >= 1
      const looked = observing && (validationDue(epochEnded) || last) ? layerMagnitudes() : null
      const outcome = learner.step(batch, learningRate, state.step, looked?.observe)
      elapse()
      if (!Number.isFinite(outcome.nats)) throw new TrainingDivergedError('training loss', outcome.nats, state.step, config)
      if (!Number.isFinite(outcome.gradientNorm)) throw new TrainingDivergedError('gradient norm', outcome.gradientNorm, state.step, config)
      meter.add({ ...outcome, observed: looked !== null, learningRate, counted: batch.counted, examples: batch.levels.length / batches.shape[1], milliseconds: performance.now() - stepStarted + dataWaitMs, dataWaitMs })
      state.recent = [...state.recent, outcome.nats].slice(-RECENT)
      if (looked) yield looked.histograms()

      await new Promise(setImmediate)
      signal?.throwIfAborted()
      const done = fraction() >= 1
      const { request } = control
      control.request = null

      if (validationDue(epochEnded) || (done && validation && request === null)) {
        yield metrics(trainPoint())
        const points = await validate()
        valid = points.at(-1)!
        elapse()
        yield metrics(points)
        const improved = state.best === null || valid.nats < state.best.nats
        if (improved) state.best = { step: state.step, nats: valid.nats, bitsPerDim: valid.bitsPerDim }
        state.validationsWithoutImprovement = improved ? 0 : state.validationsWithoutImprovement + 1
        const exhausted = config.patience !== null && state.validationsWithoutImprovement >= config.patience
        const scheduled = config.checkpointEvery === null || state.step % config.checkpointEvery === 0
        if (improved || scheduled || done || exhausted || request !== null) yield checkpoint(valid, improved)
        if (exhausted && !done) {
          yield { type: 'finished', reason: 'early-stopping', step: state.step }
          return
        }
      } else if (meter.due() || done || request !== null) {
        yield metrics(trainPoint())
      }
      if (valid?.step !== state.step) {
        const scheduled = config.checkpointEvery !== null && state.step % config.checkpointEvery === 0
        if (scheduled || done || request !== null) yield checkpoint(null, false)
      }
      if (!done && (request === 'pause' || request === 'stop')) {
        yield { type: 'finished', reason: request === 'pause' ? 'paused' : 'stopped', step: state.step }
        return
      }
    }
    yield { type: 'finished', reason: 'budget', step: state.step }
  } finally {
    await next.catch(() => {})
  }

  /** Points for the raw weights and, where there is an average, for it: the last one decides. */
  async function validate(): Promise<ValidPoint[]> {
    const points: ValidPoint[] = []
    for (const weights of config.ema === null ? (['raw'] as const) : (['raw', 'ema'] as const)) {
      const scoring = exactNll(learner.logProb(weights), { domain, ...validation! })
      let result = await scoring.next()
      while (!result.done) {
        await new Promise(setImmediate)
        signal?.throwIfAborted()
        result = await scoring.next()
      }
      const { nats, bitsPerDim: bits, standardError, examples } = summarizeNll(result.value, domain)
      if (!Number.isFinite(nats)) throw new TrainingDivergedError('validation loss', nats, state.step, config)
      points.push({ kind: 'valid', ...progress(), nats, bitsPerDim: bits, standardError, examples, weights })
    }
    return points
  }
}
