import type { Domain } from '../contract/domain'
import { isPairs } from '../contract/text'
import type { EngineInfo } from '../contract/records/run'
import { openSplit } from '../data/openStore'
import type { SplitReader } from '../data/packedStore'
import { conditionOf } from '../ml/evaluation/conditionOf'
import { nllBatchShape } from '../ml/evaluation/likelihood'
import type { Model } from '../ml/models/model'
import { initialParameters } from '../ml/tensor/initialize'
import { startEngine } from '../ml/tensor/startEngine'
import { trainingBatches } from '../ml/training/batches'
import type { TrainingBatches } from '../ml/training/batches'
import { createLearner } from '../ml/training/createLearner'
import { isFitted } from '../ml/training/fitting'
import { initialState } from '../ml/training/learner'
import type { Learner } from '../ml/training/learner'
import { trainingLoop } from '../ml/training/loop'
import type { LoopEvent, TrainingControl, ValidationSet } from '../ml/training/loop'
import { levelStatistics } from '../ml/training/statistics'
import { freshTrainerState, parseTrainerState } from '../ml/training/trainerState'
import { validationIndices } from '../ml/training/validation'
import { weightsHash } from '../ml/training/weightsHash'
import { buildModel, contextOf } from './buildModel'
import { readLearnerState, writeCheckpointTensors } from './checkpointFiles'
import { fitModel } from './fit'
import { createGallery, galleryLength } from './gallery'
import type { Gallery } from './gallery'
import type { TrainEvent, TrainRequest } from './protocol'
import { charactersPerPair, inBitsPerCharacter } from './pairFigures'
import { refuseLeaks } from './prove'
import { readAhead } from './readAhead'
import { requireClasses } from './requireClasses'
import { createUsageMeter } from './usageMeter'

/** Larger models are trained without histograms, for which all weights and gradients are read. */
const MOST_OBSERVED = 20_000_000

let present: TrainingControl | null = null

/** Taken up after the present step; without training in progress there is nothing to do. */
export function control(action: NonNullable<TrainingControl['request']>): void {
  if (present) present.request = action
}

const breathe = (): Promise<void> => new Promise(setImmediate)

/** One training run from its request to 'finished'. Tensors are complete on the disk before the event that names them. */
export async function* train(request: TrainRequest, signal?: AbortSignal): AsyncGenerator<TrainEvent, void> {
  if (present) throw new Error('The engine is training another run; wait for it or pause it first.')
  const { steps, epochs, minutes } = request.budget
  if (!steps && !epochs && !minutes) throw new Error('The run has no budget. Say for how many steps, epochs or minutes it shall train.')
  const own: TrainingControl = { request: null }
  present = own
  const splits: SplitReader[] = []
  try {
    const engine = await startEngine()
    const { domain, folder } = request.dataset
    for (const split of ['train', 'valid'] as const) splits.push(await openSplit(folder, split))
    const [source, valid] = splits as [SplitReader, SplitReader]
    if (source.count === 0) throw new Error('The data set has no training examples. Import it again with another split.')
    const { seed } = request.training
    // The configuration is checked before the data are counted, which takes a while; a resumed model's first values do not matter.
    let model = buildModel(request.model, domain, seed)
    if (isFitted(model) || !request.resumeFrom) {
      const statistics = await levelStatistics(source, domain, async () => {
        await breathe()
        signal?.throwIfAborted()
      })
      model = buildModel(request.model, domain, seed, statistics)
      if (isFitted(model)) return yield* fitModel(request, { model, engine, statistics, source, valid, signal })
    }
    refuseLeaks(request.model, model, domain)
    yield* trainModel(request, { model, engine, source, valid, control: own, signal })
  } finally {
    present = null
    await Promise.all(splits.map((reader) => reader.close()))
  }
}

interface Parts {
  model: Model
  engine: EngineInfo
  source: SplitReader
  valid: SplitReader
  control: TrainingControl
  signal?: AbortSignal
}

async function* trainModel(request: TrainRequest, { model, engine, source, valid, control, signal }: Parts): AsyncGenerator<TrainEvent, void> {
  const { training, dataset } = request
  const { domain } = dataset
  const { batchSize, windowSamples, seed } = training
  const context = model.trainingContext ?? contextOf(model)
  const { mirror, shift } = training
  const reading = { domain, batchSize, seed, windowSamples, context, conditioning: model.conditioning, augmentation: { mirror, shift } }
  requireClasses(model, dataset)
  const batches = await readAhead(trainingBatches({ ...reading, source }), { ...reading, folder: dataset.folder })
  try {
    yield* trainBatches(request, { model, engine, valid, control, signal, batches, characters: await charactersPerPair(source, domain) })
  } finally {
    await batches.close()
  }
}

async function* trainBatches(request: TrainRequest, parts: Omit<Parts, 'source'> & { batches: TrainingBatches; characters: number | null }): AsyncGenerator<TrainEvent, void> {
  const { model, engine, valid, control, signal, batches, characters } = parts
  const { training, budget, dataset, resumeFrom } = request
  const { domain } = dataset
  const { windowSamples, seed } = training
  const context = contextOf(model)
  const validation: ValidationSet | null =
    valid.count === 0
      ? null
      : {
          source: valid,
          indices: await validationIndices(valid, training.validExamples, seed),
          batchSize: Math.min(batches.shape[0], model.evaluationBatchSize ?? Infinity),
          context,
          windowSamples,
          frame: model.frame,
          conditioning: model.conditioning,
        }
  const state = resumeFrom ? parseTrainerState(resumeFrom.trainerState) : freshTrainerState()
  const learner = createLearner({
    ...training,
    model,
    batchShape: batches.shape,
    masked: batches.masked,
    evaluationShape: validation ? nllBatchShape({ domain, ...validation }) : batches.shape,
  })
  try {
    const withEma = training.ema !== null
    learner.write(resumeFrom ? await readLearnerState(resumeFrom.folder, model, training) : initialState(model, initialParameters(model.parameters, seed), withEma))
    const stepsPerEpoch = batches.stepsIn(0)
    const limits = [budget.steps, budget.epochs && Math.ceil(budget.epochs * stepsPerEpoch)].filter((limit) => limit !== undefined)
    const parameters = model.parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
    yield {
      type: 'started',
      parameters,
      engine,
      execution: learner.execution,
      stepsPerEpoch,
      totalSteps: limits.length > 0 ? Math.min(...limits) : null,
    }
    const usage = createUsageMeter(engine)
    const pairs = isPairs(domain) && valid.count > 0 ? await valid.read(Array.from({ length: Math.min(valid.count, training.gallerySamples) }, (_value, index) => index), 0) : null
    const features = await galleryFeatures(model, domain, valid, training.gallerySamples)
    const gallery = createGallery({ model, domain, training, runFolder: request.runFolder, pairs, features })
    for await (const said of trainingLoop({ domain, config: training, budget, learner, batches, validation, state, control, histograms: parameters <= MOST_OBSERVED, signal })) {
      const event = characters === null ? said : inBitsPerCharacter(said, characters)
      yield* reported(request, event.type === 'metrics' ? { ...event, points: event.points.map(usage.addTo) } : event, learner, gallery)
    }
  } finally {
    learner.dispose()
  }
}

/** Features of the first recordings held out, which the gallery's samples are drawn for; null for models that take none. */
async function galleryFeatures({ conditioning }: Model, domain: Domain, valid: SplitReader, count: number): Promise<Float32Array | null> {
  if (conditioning?.kind !== 'features' || valid.count === 0) return null
  const clips = Array.from({ length: Math.min(valid.count, count) }, (_value, index) => index)
  return conditionOf(valid, conditioning, clips, { starts: new Int32Array(clips.length), length: galleryLength(domain) })
}

/** Writes what an event of the loop names, then reports it. */
async function* reported({ runFolder, model, training }: TrainRequest, event: LoopEvent, learner: Learner, gallery: Gallery): AsyncGenerator<TrainEvent, void> {
  if (event.type === 'metrics') {
    if (event.points.length > 0) yield event
    return
  }
  if (event.type === 'histograms') return yield event
  const tensors = learner.read()
  const hash = weightsHash(tensors.weights)
  if (event.type === 'finished') return yield { ...event, weightsHash: hash }
  const { state, epoch, train, valid, best } = event
  const { step, seconds } = state
  const written = await writeCheckpointTensors(runFolder, step, { ...tensors, optimizer: { kind: training.optimizer.kind, slots: tensors.slots } }, { format: 'chainrule', family: model.family, step: String(step) })
  yield {
    type: 'checkpoint',
    step,
    epoch,
    seconds,
    ...written,
    weightsHash: hash,
    trainerState: state,
    train,
    valid: valid && { nats: valid.nats, bitsPerDim: valid.bitsPerDim, standardError: valid.standardError, weights: valid.weights },
    best,
  }
  const file = await gallery.draw(step, seconds, tensors.ema ?? tensors.weights)
  if (file) yield { type: 'gallery', step, file }
}
