import type { Command } from 'commander'
import { Option } from 'commander'
import { bitsLabel } from '../../contract/domain'
import type { ComparisonRow } from '../../contract/records/comparison'
import { command, runCommand } from './command'
import { table } from './output'

interface CompareFlags {
  json?: boolean
  home?: string
  split: 'train' | 'valid' | 'test'
}

export function compareCommand(): Command {
  return command('compare', 'the scores of runs beside each other and beside published results, each with whether it may stand there')
    .argument('<run...>', 'runs; the others are compared with the first')
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .action((runIds: string[], flags: CompareFlags) =>
      runCommand(flags, async ({ client, output }) => {
        const { recognised, rows, seeds } = await client.scores.compare({ runIds, split: flags.split, paired: true })
        const text = table(rows.map(cells), ['', 'nats', '±', 'unit', 'bits', 'to the first', 'exact', 'split', 'data', 'parameters', 'comparable', 'from'])
        const data = recognised === null ? "the first run's data is none that results are published for" : `the first run's data was recognised as ${recognised}`
        const repeated = seeds.map(
          ({ title, runIds: ids, nats, standardDeviation, unit }) =>
            `\n${title}, ${ids.length} seeds: ${nats.toFixed(2)} ± ${standardDeviation.toFixed(2)} ${unit} (standard deviation over the runs)`,
        )
        output.answer({ recognised, rows, seeds }, `${text}\n${data}${repeated.join('')}`)
      }),
    )
}

/** With its sign, as differences are written. */
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`

function cells(row: ComparisonRow): (string | number | null)[] {
  const { title, nats, bitsPerDim, unit, exact, split, dataset, dataVariant, comparable, why } = row
  const own = row.kind === 'run'
  const members = own && row.members !== undefined ? ` (ensemble of ${row.members})` : ''
  return [
    title + members,
    nats?.toFixed(2) ?? null,
    own ? (row.standardError?.toFixed(2) ?? null) : null,
    unit,
    bitsPerDim === null ? null : `${bitsPerDim.toFixed(3)} ${bitsLabel(unit)}`,
    own && row.difference ? `${signed(row.difference.nats)} ± ${row.difference.standardError.toFixed(3)}` : null,
    exact === null ? null : exact ? 'yes' : 'bound',
    split,
    `${dataset}, ${dataVariant}`,
    own ? row.parameters : null,
    comparable ? 'yes' : `no: ${why ?? ''}`,
    own ? row.runId : `${row.reference}${row.note === null ? '' : ` (${row.note})`}`,
  ]
}
