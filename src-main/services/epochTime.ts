import { availableParallelism, freemem } from 'node:os'
import type { Domain } from '../contract/domain'
import { dimensionsOf, isSeries } from '../contract/domain'
import { familyDescription } from '../contract/inspect/registry'
import type { DatasetRecord } from '../contract/records/dataset'
import type { EpochTime, Inspection, ModelDocument } from '../contract/records/model'
import type { RunRecord } from '../contract/records/run'
import type { TrainingConfig } from '../contract/records/training'
import { trainingConfigSchema } from '../contract/records/training'
import type { StudioContext } from './context'
import { checkedModel } from './families'

/** Before this many steps a run's speed is that of its start. */
const FEWEST_STEPS = 20
/** So many of the latest runs are looked at: their figures are worked out anew after each start of the studio. */
const LATEST = 40
/** Runs that the figure is the median of. */
const NEAREST = 3
const TIMED_SECONDS = 2

/** How long one epoch would take on this machine, without validation: by steps of the very model, or by the speed that runs reached. */
export async function epochTime(
  context: StudioContext,
  input: { model: ModelDocument; datasetId: string; batchSize: number; measure: boolean },
  signal: AbortSignal | undefined,
): Promise<EpochTime> {
  const dataset = context.datasets.get(input.datasetId)
  const { model, inspection } = checkedModel(input.model, dataset.domain)
  const training = trainingConfigSchema.parse({ batchSize: input.batchSize })
  const work = workOf(inspection, dataset, training)
  if (input.measure) return measured(context, { model, dataset, training, inspection, work }, signal)
  const nearest = speedsOf(context.runs.list(), context.engines.training.info?.device)
    .map((speed) => ({ ...speed, distance: distanceOf(speed.run, speed.perStep, { model, domain: dataset.domain }, work.perStep) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
  const rate = median(nearest.map(({ perSecond }) => perSecond))
  if (rate === null) {
    return {
      ...{ seconds: null, stepsPerEpoch: work.stepsPerEpoch, basis: 'nothing', multiplyAddsPerSecond: null, runs: [] },
      why: 'Nothing has been trained on this machine yet. Have some steps measured, or train any model for a minute.',
    }
  }
  const names = nearest.map(({ run }) => run.name).join(', ')
  return {
    seconds: (work.stepsPerEpoch * work.perStep) / rate,
    stepsPerEpoch: work.stepsPerEpoch,
    basis: 'runs',
    multiplyAddsPerSecond: rate,
    runs: nearest.map(({ run }) => run.id),
    why:
      `By the ${(rate / 1e9).toPrecision(2)} billion multiply-adds a second (of forward passes) at which ${names} trained here; without validation. ` +
      'Models of other blocks may run faster or slower: measured steps are surer.',
  }
}

interface Work {
  stepsPerEpoch: number
  /** Multiply-adds of the forward pass of one step. */
  perStep: number
}

interface Candidate {
  model: ModelDocument
  dataset: DatasetRecord
  training: TrainingConfig
  inspection: Inspection
  work: Work
}

async function measured({ datasets, engines }: StudioContext, { model, dataset, training, inspection, work }: Candidate, signal: AbortSignal | undefined): Promise<EpochTime> {
  const without = { ...{ seconds: null, stepsPerEpoch: work.stepsPerEpoch, multiplyAddsPerSecond: null, runs: [] }, basis: 'nothing' } satisfies Partial<EpochTime>
  if (familyDescription(model.family).fitted) return { ...without, why: 'It is fitted by counting, in one pass over the data.' }
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  if (inspection.trainingMemoryBytes > 0.7 * freemem()) {
    const why = `A step needs about ${gigabytes(inspection.trainingMemoryBytes)}, and only ${gigabytes(freemem())} of memory are free. Choose a smaller batch, or wait until other work has ended.`
    return { ...without, why }
  }
  const request = { model, dataset: { folder: datasets.folderOf(dataset.id), domain: dataset.domain }, training, seconds: TIMED_SECONDS }
  for await (const timing of engines.withLight(signal, async function* (client) { yield await client.timeSteps(request) })) {
    const cores = availableParallelism()
    return {
      seconds: timing.stepsPerEpoch * timing.secondsPerStep,
      stepsPerEpoch: timing.stepsPerEpoch,
      basis: 'steps',
      multiplyAddsPerSecond: work.perStep / timing.secondsPerStep,
      runs: [],
      why:
        `${timing.steps} ${timing.mode} ${timing.steps === 1 ? 'step' : 'steps'} of this model took ${(1000 * timing.secondsPerStep).toPrecision(3)} ms each (median) ` +
        `on ${Math.max(1, Math.floor(cores / 2))} of ${cores} cores, beside whatever else ran; without validation.`,
    }
  }
  throw new Error('The engine gave no answer.')
}

/** What an epoch of the training split costs; sequences are cut into windows with the context before them. */
function workOf(inspection: Inspection, { counts, dimensions, domain }: Pick<DatasetRecord, 'counts' | 'dimensions' | 'domain'>, training: TrainingConfig): Work {
  const perDimension = inspection.multiplyAdds / dimensionsOf(domain)
  const { rows, length } = batchOf(inspection, domain, training)
  const examples = isSeries(domain) ? Math.ceil(dimensions.train / Math.min(training.windowSamples, domain.shape[0]!)) : counts.train
  const size = Math.max(1, Math.min(rows, examples))
  return { stepsPerEpoch: Math.ceil(examples / size), perStep: perDimension * size * length }
}

function batchOf(inspection: Inspection, domain: Domain, { batchSize, windowSamples }: TrainingConfig): { rows: number; length: number } {
  const dimensions = dimensionsOf(domain)
  if (!isSeries(domain)) return { rows: batchSize, length: dimensions }
  const longest = domain.shape[0]!
  return { rows: batchSize, length: Math.min((inspection.trainingContext ?? inspection.receptiveField.size) + Math.min(windowSamples, longest), longest) }
}

interface Speed {
  run: RunRecord
  /** Multiply-adds of the forward pass of a step, and of all steps in a second. */
  perStep: number
  perSecond: number
}

/** Runs that trained long enough, on the device that trains now. */
function speedsOf(runs: readonly RunRecord[], device: 'cpu' | 'gpu' | undefined): Speed[] {
  const timed = runs.filter(({ progress, engine }) => progress.step >= FEWEST_STEPS && progress.stepsPerSecond > 0 && engine !== null).slice(0, LATEST)
  const own = device ?? timed[0]?.engine?.device
  return timed.flatMap((run) => {
    if (run.engine?.device !== own || run.execution?.mode === 'eager') return []
    const inspection = inspectionOf(run)
    if (!inspection) return []
    const { rows, length } = batchOf(inspection, run.dataset.domain, run.training)
    const perStep = (inspection.multiplyAdds / dimensionsOf(run.dataset.domain)) * rows * length
    return perStep > 0 ? [{ run, perStep, perSecond: perStep * run.progress.stepsPerSecond }] : []
  })
}

/** By document, which a run keeps for good. */
const inspections = new WeakMap<ModelDocument, Inspection | null>()

/** null: fitted by counting, or of a configuration that this version does not know any more, which says nothing about its speed. */
function inspectionOf({ model, dataset }: RunRecord): Inspection | null {
  const known = inspections.get(model)
  if (known !== undefined) return known
  let inspection: Inspection | null = null
  try {
    const { inspect, schema, fitted } = familyDescription(model.family)
    if (!fitted) inspection = inspect(schema.parse(model.config), dataset.domain)
  } catch {
    inspection = null
  }
  inspections.set(model, inspection)
  return inspection
}

/** Runs of the same family and of a like cost tell most: small steps are all overhead, large ones all arithmetic. */
function distanceOf(run: RunRecord, perStep: number, { model, domain }: { model: ModelDocument; domain: Domain }, own: number): number {
  return Math.abs(Math.log(perStep / own)) + (run.model.family === model.family ? 0 : 1) + (run.dataset.domain.kind === domain.kind ? 0 : 1)
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
