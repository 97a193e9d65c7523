import { parseArgs } from 'node:util'
import { BenchError } from './benchError'

export interface Options {
  json: boolean
  /** Names of rows; null for all. */
  only: string[] | null
  rounds: number
  compile: boolean
  save: boolean
  /** Leave out what is saved already. */
  missing: boolean
  help: boolean
}

export const usage = `npm run bench -- [options]
  --only NAME[,NAME]  these rows alone, or groups of them (families, samplers); nothing is saved without --save
  --save              enter each row, as soon as it is measured, among those saved before on the same machine
  --missing           leave out rows that are saved already, to go on after an interruption
  --rounds N          rounds of each row (7)
  --json              one JSON document on standard output
  --no-compile        without torch.compile, which takes minutes for some rows
  --no-save           leave bench/results and the README as they are`

export function parseOptions(args: readonly string[], names: readonly string[], groups: Readonly<Record<string, readonly string[]>> = {}): Options {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string', default: '7' },
        'no-compile': { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        missing: { type: 'boolean', default: false },
        'no-save': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error), usage)
  }
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new BenchError(`--rounds ${values.rounds} is not a number of rounds`, 'Give 1 or more.')
  const only = values.only === undefined ? null : [...new Set(values.only.split(',').filter(Boolean).flatMap((name) => groups[name] ?? [name]))]
  for (const name of only ?? []) {
    if (!names.includes(name))
      throw new BenchError(`There is no row '${name}'`, `The rows are: ${names.join(', ')}. Groups of them: ${Object.keys(groups).join(', ')}.`)
  }
  const save = !values['no-save'] && (values.save || only === null)
  return { json: values.json, only, rounds, compile: !values['no-compile'], save, missing: values.missing, help: values.help }
}
