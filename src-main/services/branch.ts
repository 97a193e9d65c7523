import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointSelector } from '../contract/contract'
import { familyDescription } from '../contract/inspect/registry'
import type { DatasetRecord } from '../contract/records/dataset'
import type { CheckpointRecord, RunRecord } from '../contract/records/run'
import { RUN_VERSION } from '../contract/records/run'
import type { Budget, MetricPoint, TrainingConfig, TrainingSettings } from '../contract/records/training'
import { UserError } from '../data/userError'
import { branchTrainerState, writeBranchTensors } from '../engine/branchCheckpoint'
import { checkpointFiles } from '../engine/checkpointFiles'
import { writeFileAtomically } from '../storage/atomicWrite'
import { checkpointStore } from '../storage/checkpointStore'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { hasLimit } from './queue'
import { judgedWeights } from './resume'
import { checkedTraining, chosen } from './runs'
import { selectCheckpoint } from './selectCheckpoint'

export interface BranchInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  optimizer: 'keep' | 'fresh'
  name?: string | undefined
  datasetId?: string | undefined
  training: TrainingSettings
  budget: Budget
}

type Valid = CheckpointRecord['valid']

/** A new run that begins with a checkpoint of another, and waits in the queue. It is complete before it has its name: a crash leaves none of it. */
export async function branchRun(context: StudioContext, input: BranchInput): Promise<RunRecord> {
  const { runs, queue, workspace } = context
  const parent = runs.get(input.runId)
  if (familyDescription(parent.model.family).fitted)
    throw new UserError(`${parent.name} was fitted to its data in one pass: there is no training to go on with.`, { mend: 'Train it anew with other settings.' })
  // Raw weights go with the optimizer's state; alone, the average is the better beginning.
  const wanted = input.weights ?? (input.optimizer === 'keep' ? 'raw' : undefined)
  const { checkpoint, folder: from, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, wanted)
  const dataset = datasetOfRun(context, parent, input.datasetId)
  refuseOtherDomain(parent, dataset)
  const training = checkedTraining(dataset, { ...parent.training, ...chosen(input.training) })
  if (input.optimizer === 'keep') refuseOtherOptimizer(parent, checkpoint, training)
  if (!hasLimit(input.budget)) throw new UserError('How long to train is not set.', { field: 'budget', mend: 'Give a number of epochs, steps or minutes for the branch.' })

  const sameData = dataset.id === parent.dataset.id
  const sameBatches =
    sameData && (['seed', 'batchSize', 'windowSamples', 'mirror', 'shift'] as const).every((name) => training[name] === parent.training[name])
  const valid = knownValidation(parent, training, { checkpoint, weights, sameData })
  const state = branchTrainerState({ optimizer: input.optimizer, state: checkpoint.trainerState, sameBatches, valid: valid && { nats: valid.nats, bitsPerDim: valid.bitsPerDim } })
  const epoch = input.optimizer === 'fresh' ? 0 : sameBatches ? checkpoint.epoch : state.epoch
  const id = runs.newId(parent.model.family, dataset.id)
  const partial = join(workspace.runs, `.partial-${id}`)
  const now = new Date().toISOString()
  const figures = valid && { step: state.step, nats: valid.nats, bitsPerDim: valid.bitsPerDim }
  try {
    await mkdir(partial, { recursive: true })
    const { folder, files, weightsHash } = await writeBranchTensors({
      from,
      hasEma: checkpoint.files.some(({ name }) => name === checkpointFiles.ema),
      runFolder: partial,
      step: state.step,
      family: parent.model.family,
      training,
      weights,
      optimizer: input.optimizer,
    })
    await checkpointStore(partial).commit(folder, {
      ...checkpoint,
      runId: id,
      step: state.step,
      epoch,
      seconds: 0,
      createdAt: now,
      train: null,
      valid,
      weightsHash,
      files,
      trainerState: state,
      tags: [],
      pinned: false,
      note: '',
      bytes: files.reduce((total, { bytes }) => total + bytes, 0),
    })
    const point = valid && (await validationPoint(context, parent, checkpoint, { step: state.step, epoch, weights: valid.weights }))
    if (point) await writeFileAtomically(join(partial, 'metrics.jsonl'), `${JSON.stringify(point)}\n`)
    const { scores: _scores, ...inherited } = parent
    await runs.adopt(partial, {
      ...inherited,
      version: RUN_VERSION,
      id,
      name: input.name ?? branchName(runs.list(), parent.name),
      createdAt: now,
      updatedAt: now,
      dataset: { id: dataset.id, name: dataset.name, variant: dataset.variant, domain: dataset.domain },
      training,
      budget: ownBudget(input, state.step, epoch),
      status: 'queued',
      error: null,
      progress: { step: state.step, epoch, seconds: 0, fraction: 0, etaSeconds: null, stepsPerSecond: 0 },
      lastTrain: null,
      lastValid: figures,
      best: figures,
      baselines: { uniformNats: dataset.statistics.uniformNats, independentNats: dataset.statistics.independentNats },
      scores: [],
      weightsHash,
      engine: null,
      execution: null,
      notes: '',
      tags: [],
      parent: { runId: parent.id, name: parent.name, step: checkpoint.step, weights, optimizer: input.optimizer },
      imported: null,
    })
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    throw error
  }
  await queue.enqueue(id)
  return runs.get(id)
}

/** The record's budget is a total, as that of every run; the branch's own begins where it begins. */
function ownBudget({ budget }: BranchInput, step: number, epoch: number): Budget {
  return {
    ...(budget.steps === undefined ? {} : { steps: step + budget.steps }),
    ...(budget.epochs === undefined ? {} : { epochs: epoch + budget.epochs }),
    ...(budget.minutes === undefined ? {} : { minutes: budget.minutes }),
  }
}

function refuseOtherDomain(parent: RunRecord, dataset: DatasetRecord): void {
  const { name, domain } = parent.dataset
  if (dataset.id === parent.dataset.id) return
  const differs = (['kind', 'levels', 'encoding', 'classes'] as const).find((field) => domain[field] !== dataset.domain[field])
  if (differs || (!domain.variableLength && domain.shape.join() !== dataset.domain.shape.join()))
    throw new UserError(`${dataset.name} differs from ${name} in ${differs ?? 'shape'}, so the weights do not fit it.`, {
      field: 'datasetId',
      mend: `Choose a data set of shape [${domain.shape.join(', ')}] with ${domain.levels} levels, or train anew.`,
    })
  if (dataset.counts.train === 0) throw new UserError(`${dataset.name} has no training examples.`, { field: 'datasetId', mend: 'Import it again with another split.' })
}

function refuseOtherOptimizer(parent: RunRecord, checkpoint: CheckpointRecord, training: TrainingConfig): void {
  const fresh = { field: 'optimizer', mend: 'Begin with a fresh optimizer state.' }
  if (!checkpoint.files.some(({ name }) => name === checkpointFiles.optimizer))
    throw new UserError(`The checkpoint of step ${checkpoint.step} of ${parent.name} holds no optimizer state.`, fresh)
  const momentum = ({ optimizer }: TrainingConfig): boolean => 'momentum' in optimizer && optimizer.momentum > 0
  const [before, after] = [parent.training.optimizer.kind, training.optimizer.kind]
  if (before !== after) throw new UserError(`The optimizer state of ${parent.name} is that of '${before}', and the branch is to train with '${after}'.`, fresh)
  if (momentum(parent.training) !== momentum(training))
    throw new UserError(`The optimizer state of ${parent.name} ${momentum(parent.training) ? 'holds' : 'has no'} momentum, unlike that of the branch.`, fresh)
}

/** The checkpoint's validation NLL where it is also that of the weights that the branch will be judged by, on the same examples. */
function knownValidation(
  parent: RunRecord,
  training: TrainingConfig,
  { checkpoint: { valid }, weights, sameData }: { checkpoint: CheckpointRecord; weights: 'raw' | 'ema'; sameData: boolean },
): Valid {
  if (!valid || !sameData || training.validExamples !== parent.training.validExamples || training.seed !== parent.training.seed) return null
  const holds = weights === valid.weights || (valid.weights === 'ema' && training.ema !== null)
  return holds ? { ...valid, weights: judgedWeights({ training }) } : null
}

/** The parent's validation at the checkpoint, as the first point of the branch's curve. */
async function validationPoint(
  { runs }: StudioContext,
  parent: RunRecord,
  checkpoint: CheckpointRecord,
  at: { step: number; epoch: number; weights: 'raw' | 'ema' },
): Promise<MetricPoint | null> {
  const points = await (await runs.metrics(parent.id)).pointsOfKind('valid')
  const point = points.find(({ step, weights }) => step === checkpoint.step && weights === checkpoint.valid?.weights)
  return point ? { ...point, ...at, seconds: 0 } : null
}

/** 'Net, branch', 'Net, branch 2' … whichever is free. */
function branchName(runs: readonly RunRecord[], name: string): string {
  const taken = new Set(runs.map((run) => run.name))
  const base = name.replace(/, branch( \d+)?$/, '').slice(0, 64)
  for (let count = 1; ; count++) {
    const candidate = `${base}, branch${count > 1 ? ` ${count}` : ''}`
    if (!taken.has(candidate)) return candidate
  }
}
