import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { SplitName } from '../../contract/domain'
import { exactnessWords, examplesWords } from '../../contract/likelihood'
import type { Examination, RankingScore, Separation } from '../../contract/records/understanding'
import { RAW_WARNING, rankingScoreWords, rankingScores } from '../../contract/records/understanding'
import { UserError } from '../../data/userError'
import { writeFileAtomically } from '../../storage/atomicWrite'
import { command, number, runCommand } from './command'
import { table } from './output'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption } from './resultFlags'
import { streamedResult } from './streamedResult'

interface RankFlags extends ResultFlags {
  dataset?: string
  split: SplitName
  examples?: number
  against?: string
  againstSplit: SplitName
  by: RankingScore
  top: number
  csv?: string
}

const splits = ['train', 'valid', 'test']

export function rankCommand(): Command {
  return command('rank', 'rank examples by how unlike the training data a model finds them')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's, of the same domain")
    .addOption(new Option('--split <split>', 'split').choices(splits).default('test'))
    .option('--examples <N>', 'only so many examples, each class in its share; the same ones for every run', number('--examples', { integer: true, minimum: 1 }))
    .option('--against <id>', 'another data set beside it: how well each score tells the two apart (AUROC)')
    .addOption(new Option('--against-split <split>', 'its split').choices(splits).default('test'))
    .addOption(new Option('--by <score>', 'what to sort by, the most unusual first').choices([...rankingScores]).default('typicality'))
    .option('--top <n>', 'rows to print', number('--top', { integer: true, minimum: 1 }), 20)
    .option('--csv <file>', 'write all rows as CSV')
    .action((flags: RankFlags) =>
      runCommand(flags, async ({ client, output, signal }) => {
        const stream = await client.understanding.examine(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            split: flags.split,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(flags.dataset ? { datasetId: flags.dataset } : {}),
            ...(flags.examples === undefined ? {} : { examples: flags.examples }),
            ...(flags.against === undefined ? {} : { other: { datasetId: flags.against, split: flags.againstSplit } }),
          },
          { signal },
        )
        const result = await streamedResult(stream, output, 'examples', (item) => item.result)
        if (!result) return
        const { own, other, separation } = result
        const rows = ranked(own, flags.by)
        if (flags.csv !== undefined) await writeFileAtomically(resolve(flags.csv), csvOf(rows))
        const { likelihood, reference, pit, reliability, checkpointStep } = own
        const { nats, bitsPerDim, standardError, unit, exact, weights, dataVariant } = likelihood
        output.answer(
          {
            run: flags.run,
            dataset: own.dataset.id,
            split: own.split,
            checkpoint: checkpointStep,
            weights,
            by: flags.by,
            nats,
            bitsPerDim,
            standardError,
            unit,
            exact,
            dataVariant,
            reference,
            scores: rankingScoreWords,
            warning: RAW_WARNING,
            rows,
            calibration: { pit, reliability },
            classes: own.classes,
            ...(other ? { against: { dataset: other.dataset.id, split: other.split, rows: ranked(other, flags.by) }, separation } : {}),
          },
          [
            ...subject(own),
            table(rows.slice(0, flags.top).map(shown), ['example', 'raw nats', 'typicality', 'complexity bits', 'surprise', 'PNG bits', 'label']),
            ...(separation && other
              ? [
                  `AUROC, ${own.dataset.name} ${own.split} against ${other.dataset.name} ${other.split}:`,
                  table(separation.map(apart), ['score', 'AUROC', '±', 'own', 'other']),
                ]
              : []),
            RAW_WARNING,
          ].join('\n'),
        )
      }),
    )
}

function subject({ likelihood, split, dataset, checkpointStep, reference }: Examination): string[] {
  const { nats, standardError, unit, weights, dataVariant } = likelihood
  return [
    `${nats.toFixed(4)} ± ${standardError.toFixed(4)} ${unit}: ${exactnessWords(likelihood)}, ${split} split of ${dataset.name}, ` +
      `${examplesWords(likelihood)}, ${dataVariant}, ${weights} weights of step ${checkpointStep}`,
    `Ĥ = ${reference.nats.toFixed(4)} ± ${reference.standardError.toFixed(4)} nats over ${reference.examples} training examples`,
  ]
}

interface RankedRow {
  index: number
  nats: number
  bitsPerDim: number
  typicality: number
  complexity: number | null
  surprise: number | null
  pngBits: number | null
  label: number | null
}

/** The most unusual example first. */
function ranked(examination: Examination, by: RankingScore): RankedRow[] {
  const { indices, nats, typicality, complexity, surprise, pngBits, labels, likelihood } = examination
  const perExample = likelihood.dimensions / likelihood.examples
  const rows = indices.map((index, at) => ({
    index,
    nats: nats[at]!,
    bitsPerDim: nats[at]! / perExample / Math.LN2,
    typicality: typicality[at]!,
    complexity: complexity?.[at] ?? null,
    surprise: surprise?.[at] ?? null,
    pngBits: pngBits?.[at] ?? null,
    label: labels?.[at] ?? null,
  }))
  const keyOf = (row: RankedRow): number | null => (by === 'raw' ? row.nats : by === 'surprise' ? row.surprise && Math.abs(row.surprise) : row[by])
  if (rows.some((row) => keyOf(row) === null))
    throw new UserError(
      by === 'complexity'
        ? `${examination.dataset.name} holds no images, so they have no size as PNG.`
        : 'The model is a density, whose surprise has no variance.',
      { field: 'by', mend: 'Sort by typicality.' },
    )
  return rows.sort((a, b) => keyOf(b)! - keyOf(a)! || a.index - b.index)
}

const digits = (value: number | null, places: number): string | null => (value === null ? null : value.toFixed(places))

const shown = ({ index, nats, typicality, complexity, surprise, pngBits, label }: RankedRow): (string | number | null)[] => [
  index, digits(nats, 3), digits(typicality, 3), digits(complexity, 1), digits(surprise, 2), pngBits, label,
]

const apart = ({ score, auroc, standardError, inliers, outliers }: Separation): (string | number)[] => [
  score, auroc.toFixed(4), standardError.toFixed(4), inliers, outliers,
]

function csvOf(rows: readonly RankedRow[]): string {
  const columns = ['index', 'nats', 'bitsPerDim', 'typicality', 'complexity', 'surprise', 'pngBits', 'label'] as const
  return `${columns.join(',')}\n${rows.map((row) => `${columns.map((column) => row[column] ?? '').join(',')}\n`).join('')}`
}
