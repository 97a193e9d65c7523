import type { Domain, SplitName } from '../contract/domain'
import type { Classification } from '../contract/records/classification'
import { likelihoodOf } from './likelihood'

export interface ClassifiedExamples {
  /** −log p(x | c) in nats: for each class a list of all examples. */
  nats: readonly (readonly number[])[]
  /** Dimensions (audio: samples) of each example. */
  dimensions: readonly number[]
  /** The true class of each. */
  labels: readonly number[]
  /** Draws of the noise, where the numbers are bounds. */
  draws: number | null
  /** p(c) */
  prior: readonly number[]
  classNames: string[]
}

/** p(c) as the share of each class among the labels; all alike where there are none. */
export function classPrior(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (let index = 0; index < labels.length; index++) counts[labels[index]!] = (counts[labels[index]!] ?? 0) + 1
  return counts.map((count) => (labels.length === 0 ? 1 / classes : count / labels.length))
}

/**
 * Bayes' rule for each example: the most probable class argmax_c log p(x | c) + log p(c), and the marginal −log Σ_c p(c) p(x | c), a likelihood of
 * the example without its label. Ties go to the first class.
 */
export function classificationOf(
  { nats, dimensions, labels, draws, prior, classNames }: ClassifiedExamples,
  about: { domain: Domain; split: SplitName; weights: 'raw' | 'ema'; dataVariant: string },
): Classification {
  const classes = nats.length
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  const marginal: number[] = []
  const conditional: number[] = []
  labels.forEach((label, example) => {
    const joint = nats.map((ofClass, chosen) => Math.log(prior[chosen] ?? 0) - ofClass[example]!)
    const highest = Math.max(...joint)
    const best = joint.indexOf(highest)
    confusion[label]![best]!++
    marginal.push(-(highest + Math.log(joint.reduce((sum, term) => sum + Math.exp(term - highest), 0))))
    conditional.push(nats[label]![example]!)
  })
  const examples = labels.length
  const correct = confusion.reduce((sum, row, label) => sum + row[label]!, 0)
  const accuracy = correct / examples
  return {
    accuracy,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / examples),
    examples,
    classNames,
    prior: [...prior],
    confusion,
    marginal: likelihoodOf({ nats: marginal, dimensions, draws }, about),
    conditional: likelihoodOf({ nats: conditional, dimensions, draws }, about),
  }
}
