import { parseArgs } from 'node:util'
import { BenchError } from '../harness/benchError'

export interface Options {
  /** Names of rows; null for all. */
  only: string[] | null
  /** The budget of every row that is trained; null: each row's own. */
  minutes: number | null
  list: boolean
  /** The folder of data; null: where it is looked for by default. */
  data: string | null
  /** The record; null: the project's own. */
  record: string | null
  help: boolean
}

export const usage = `npm run results -- [options]
  --only NAME[,NAME]  these rows alone, or all whose name begins so
  --minutes M         train each row for so long instead of its own budget
  --list              the rows and how far each is; trains nothing
  --data DIR          the folder of data ($CHAINRULE_DATA, else ../shared/data)
  --record FILE       where finished rows are kept (bench/results/likelihoods.json; the table is written beside it)
The workspace is $CHAINRULE_HOME, else .cache/results in the clone. Stopped or killed, it goes on where it was.`

export function parseOptions(args: readonly string[], names: readonly string[]): Options {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        minutes: { type: 'string' },
        list: { type: 'boolean', default: false },
        data: { type: 'string' },
        record: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error), usage)
  }
  const minutes = values.minutes === undefined ? null : Number(values.minutes)
  if (minutes !== null && !(minutes > 0 && Number.isFinite(minutes)))
    throw new BenchError(`--minutes ${values.minutes} is not a number of minutes`, 'Give a number above 0, for example 12.')
  const only = values.only === undefined ? null : values.only.split(',').filter(Boolean)
  for (const wanted of only ?? []) {
    if (!names.some((name) => name.startsWith(wanted))) throw new BenchError(`There is no row '${wanted}'`, `The rows are: ${names.join(', ')}.`)
  }
  return { only, minutes, list: values.list, data: values.data ?? null, record: values.record ?? null, help: values.help }
}

/** Whether --only names this row: in full, or by how it begins where no row has that very name. */
export const isWanted = (name: string, only: readonly string[] | null, names: readonly string[]): boolean =>
  only === null || only.some((wanted) => (names.includes(wanted) ? name === wanted : name.startsWith(wanted)))
