import type { SplitName } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { DatasetRecord } from '../../contract/records/dataset'
import type { Examination } from '../../contract/records/understanding'
import type { ExamineProgress } from '../../engine/client'
import { chiSquareOfPit, expectedCalibrationError } from '../../ml/evaluation/calibration'
import { complexityScore, surprise, typicality } from '../../ml/evaluation/outOfDistribution'
import { likelihoodByClass } from '../../ml/evaluation/perClass'
import { likelihoodOf } from '../likelihood'

/** As the engine answers it. */
export type EngineExamination = NonNullable<ExamineProgress['result']>

interface About {
  weights: 'raw' | 'ema'
  checkpointStep: number
  /** Ĥ */
  reference: Examination['reference']
  /** PNG size of each example, in bits. */
  pngBits: readonly number[] | null
}

/** The numbers of one pass with the scores that follow from them, and everything that says what they are of. */
export function examinationOf(
  { nats, expected, variance, meanNats, meanExpected, pit, reliability, draws, indices, labels, subset }: EngineExamination,
  { dataset, split }: { dataset: DatasetRecord; split: SplitName },
  { weights, checkpointStep, reference, pngBits }: About,
): Examination {
  const { domain } = dataset
  const dimensions = nats.map(() => dimensionsOf(domain))
  return {
    dataset: { id: dataset.id, name: dataset.name },
    domain,
    split,
    checkpointStep,
    likelihood: likelihoodOf({ nats, dimensions, draws, subset }, { domain, split, weights, dataVariant: dataset.variant }),
    indices,
    labels,
    nats,
    expected,
    typicality: nats.map((value) => typicality(value, reference.nats)),
    surprise: variance && nats.map((value, index) => surprise(value, expected[index]!, variance[index]!)),
    pngBits: pngBits && [...pngBits],
    complexity: pngBits && nats.map((value, index) => complexityScore(value, pngBits[index]!)),
    map: { shape: domain.shape, nats: meanNats },
    expectedMap: { shape: domain.shape, nats: meanExpected },
    reference,
    pit: { ...pit, ...chiSquareOfPit(pit), seed: PIT_SEED },
    reliability: variance && { of: domain.levels === 2 ? 'one' : 'mode', bins: reliability, error: expectedCalibrationError(reliability) },
    classes: labels && likelihoodByClass(nats, labels).map((own) => ({ ...own, name: dataset.labelNames?.[own.label] ?? String(own.label) })),
  }
}

/** The engine's seed of the randomised transforms. */
const PIT_SEED = 0

/** Mean of some NLLs, and its standard error over them. */
export function meanOf(nats: readonly number[]): Examination['reference'] {
  const examples = nats.length
  const mean = nats.reduce((sum, value) => sum + value, 0) / examples
  const squares = nats.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { nats: mean, standardError: examples < 2 ? 0 : Math.sqrt(squares / (examples - 1) / examples), examples }
}
