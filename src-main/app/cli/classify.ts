import type { SplitName } from '../../contract/domain'
import type { Session } from './command'
import { table } from './output'
import type { ResultFlags } from './resultFlags'
import { selector } from './resultFlags'
import { streamedResult } from './streamedResult'

export interface ClassifyFlags extends ResultFlags {
  dataset?: string
  split: SplitName
  examples?: number
  prior: 'training' | 'uniform'
}

/** `score --classify`: a class-conditional model as a classifier by exact p(x | c) p(c). */
export async function classify({ client, output, signal }: Session, flags: ClassifyFlags): Promise<void> {
  const started = performance.now()
  const stream = await client.scores.classify(
    {
      runId: flags.run,
      checkpoint: selector(flags.checkpoint),
      split: flags.split,
      prior: flags.prior,
      ...(flags.weights ? { weights: flags.weights } : {}),
      ...(flags.examples === undefined ? {} : { examples: flags.examples }),
      ...(flags.dataset ? { datasetId: flags.dataset } : {}),
    },
    { signal },
  )
  const result = await streamedResult(stream, output, 'examples', (item) => item.result)
  if (!result) return
  const { accuracy, standardError, examples, classNames, prior, confusion, marginal, conditional } = result.classification
  const { weights, dataVariant, split, unit, exact } = marginal
  const rows = confusion.map((row, label) => [classNames[label] ?? label, ...row])
  output.answer(
    {
      accuracy,
      standardError,
      examples,
      confusion,
      nats: marginal.nats,
      bitsPerDim: marginal.bitsPerDim,
      natsStandardError: marginal.standardError,
      conditionalNats: conditional.nats,
      unit,
      exact,
      classNames,
      prior,
      split,
      weights,
      dataVariant,
      checkpoint: result.checkpointStep,
      run: flags.run,
      seconds: (performance.now() - started) / 1000,
    },
    `${(100 * accuracy).toFixed(2)} ± ${(100 * standardError).toFixed(2)} % of ${examples} examples of the ${split} split right by p(x | class) p(class); ` +
      `${marginal.nats.toFixed(4)} ± ${marginal.standardError.toFixed(4)} ${unit} without the labels, ${conditional.nats.toFixed(4)} given them (${exact ? 'exact' : 'upper bounds'}), ` +
      `${dataVariant}, ${weights} weights of step ${result.checkpointStep}\n${table(rows, ['true \\ given', ...classNames])}`,
  )
}
