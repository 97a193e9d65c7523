import type { CheckpointSelector } from '../../contract/contract'
import type { SplitName } from '../../contract/domain'
import { nllUnit } from '../../contract/domain'
import type { DatasetRecord } from '../../contract/records/dataset'
import type { Examination, RankingScore, Separation } from '../../contract/records/understanding'
import { rankingScores } from '../../contract/records/understanding'
import { UserError } from '../../data/userError'
import type { ExamineProgress } from '../../engine/client'
import { auroc } from '../../ml/evaluation/outOfDistribution'
import type { StudioContext } from '../context'
import { datasetOfRun } from '../datasetOfRun'
import { coalesced } from '../eventHub'
import { refuseOtherDomain, scoringBatch } from '../scores'
import type { SelectedCheckpoint } from '../selectCheckpoint'
import { selectCheckpoint } from '../selectCheckpoint'
import { streamJob } from '../streamJob'
import { EXAMINATIONS_KEPT, recentOf } from './recent'
import type { EngineExamination } from './examination'
import { examinationOf, meanOf } from './examination'
import { pngSizes } from './pngSizes'

export interface ExamineInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  datasetId?: string | undefined
  split: SplitName
  examples?: number | undefined
  other?: { datasetId: string; split: SplitName } | undefined
}

export interface ExamineMessage {
  done: number
  total: number
  result: { own: Examination; other: Examination | null; separation: Separation[] | null } | null
}

/** Training examples whose mean NLL is Ĥ, the entropy that typicality is measured from. */
export const REFERENCE_EXAMPLES = 500

interface Part {
  dataset: DatasetRecord
  split: SplitName
  examples: number | undefined
}

/** Looks at every conditional of some examples, beside any training; what was looked at lately is not computed again. */
export async function* examine(context: StudioContext, input: ExamineInput, signal: AbortSignal | undefined): AsyncGenerator<ExamineMessage, void> {
  const selected = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const { run } = selected
  const { examples } = input
  const own: Part = { dataset: datasetOfRun(context, run, input.datasetId), split: input.split, examples }
  const other: Part | null = input.other ? { dataset: context.datasets.get(input.other.datasetId), split: input.other.split, examples } : null
  if (other && other.dataset.id === own.dataset.id && other.split === own.split)
    throw new UserError(`${other.dataset.name}, ${other.split}, is what is being ranked already.`, { field: 'other', mend: 'Choose another data set or split to lay beside it.' })
  const reference: Part = { dataset: datasetOfRun(context, run), split: 'train', examples: REFERENCE_EXAMPLES }
  const parts = [own, reference, ...(other ? [other] : [])]
  for (const { dataset, split } of parts) {
    refuseOtherDomain(run, dataset, split)
    if (nllUnit(dataset.domain) !== 'nats/example')
      throw new UserError(`${dataset.name} holds ${dataset.domain.kind === 'video' ? 'video' : dataset.domain.kind === 'text' ? 'text' : 'sounds'}; only images and tables can be ranked and looked into so far.`, {
        field: 'datasetId',
        mend: 'Score it instead: its likelihood, clip by clip, is there.',
      })
  }
  const total = parts.reduce((sum, part) => sum + countOf(part), 0)
  const title = `Looking into ${own.dataset.name}, ${own.split}, with ${run.name}`
  const stream = streamJob(context, { kind: 'score', title, unit: 'examples', runId: run.id, datasetId: own.dataset.id }, signal, (jobSignal) =>
    examineParts(context, selected, parts, total, jobSignal),
  )
  for await (const { done, found } of coalesced(stream, (item) => item.found !== null)) {
    if (!found) {
      yield { done, total, result: null }
      continue
    }
    const about = { run, weights: selected.weights, checkpointStep: selected.checkpoint.step, reference: meanOf(found[1]!.nats) }
    const compose = async (part: Part, result: EngineExamination): Promise<Examination> =>
      examinationOf(result, part, { ...about, pngBits: await pngSizes(context.datasets.folderOf(part.dataset.id), part.dataset.domain, part.split, result.indices, signal) })
    const first = await compose(own, found[0]!)
    const second = other ? await compose(other, found[2]!) : null
    yield { done, total, result: { own: first, other: second, separation: second && separationOf(first, second) } }
  }
}

async function* examineParts(
  context: StudioContext,
  selected: SelectedCheckpoint,
  parts: readonly Part[],
  total: number,
  signal: AbortSignal,
): AsyncGenerator<{ done: number; total: number; found: EngineExamination[] | null }, void> {
  const { run, checkpoint, folder, weights } = selected
  const recent = recentOf<EngineExamination>(context, 'examinations', EXAMINATIONS_KEPT)
  const found: EngineExamination[] = []
  let before = 0
  for (const { dataset, split, examples } of parts) {
    const key = [run.id, checkpoint.weightsHash, weights, dataset.id, dataset.store.sha256[split], split, examples ?? 'all'].join(':')
    let result: EngineExamination | null = recent.get(key) ?? null
    if (!result) {
      const request = {
        model: run.model,
        dataset: { folder: context.datasets.folderOf(dataset.id), domain: dataset.domain },
        split,
        checkpointFolder: folder,
        weights,
        batchSize: scoringBatch(run),
        seed: run.training.seed,
        ...(examples === undefined ? {} : { examples }),
      }
      const from = before
      for await (const item of context.engines.withLight(signal, (client) => client.examine(request, { signal }))) {
        result = resultOf(item)
        yield { done: from + item.done, total, found: null }
      }
      if (!result) return
      requireFinite(result, split)
      recent.set(key, result)
    }
    found.push(result)
    before += result.nats.length
  }
  yield { done: total, total, found }
}

const resultOf = ({ result }: ExamineProgress): EngineExamination | null => result

const countOf = ({ dataset, split, examples }: Part): number => Math.min(dataset.counts[split], examples ?? Infinity)

function requireFinite({ nats, indices }: EngineExamination, split: SplitName): void {
  const infinite = nats.findIndex((value) => !Number.isFinite(value))
  if (infinite >= 0)
    throw new UserError(`Example ${indices[infinite]} of the ${split} split has no finite likelihood under this checkpoint.`, { mend: 'Choose another checkpoint.' })
}

/** Scores of the examples, the higher the more unlike the training data; null where this one cannot be told. */
export function scoresOf({ nats, typicality, complexity, surprise }: Examination, score: RankingScore): readonly number[] | null {
  if (score === 'raw') return nats
  if (score === 'typicality') return typicality
  // Too little surprise is as unusual as too much.
  return score === 'complexity' ? complexity : (surprise?.map(Math.abs) ?? null)
}

function separationOf(own: Examination, other: Examination): Separation[] {
  return rankingScores.flatMap((score) => {
    const [inliers, outliers] = [scoresOf(own, score), scoresOf(other, score)]
    return inliers && outliers ? [{ score, ...auroc(inliers, outliers) }] : []
  })
}
