import { duel } from './duel'
import type { DuelOptions } from './duel'
import type { Measurement } from './report'
import type { Row, RowContext } from './row'
import { rounded } from './statistics'

/** Prepares a row, lets the contenders take turns, and answers its record. */
export async function measureRow(row: Row, context: RowContext, options: DuelOptions): Promise<Measurement> {
  context.say(`${row.name}: preparing`)
  const prepared = await row.prepare(context)
  try {
    const { ours, theirs, compiled } = prepared
    const rounds = Math.min(options.rounds, prepared.rounds ?? options.rounds)
    context.say(`${row.name}: ${rounds} ${rounds === 1 ? 'round' : 'rounds'} against ${prepared.description}`)
    const contenders = [ours, theirs, ...(compiled && 'run' in compiled ? [compiled] : [])]
    const outcome = await duel(contenders, { ...options, rounds })
    const ms = (name: string): number => outcome.milliseconds.get(name)!
    const ratios = outcome.rounds.get(ours.name)!.map((value, round) => value / outcome.rounds.get(theirs.name)![round]!)
    const oursMs = ms(ours.name)
    let torchCompile: Measurement['torchCompile'] = null
    if (compiled) torchCompile = 'run' in compiled ? { ms: rounded(ms(compiled.name)), ratio: rounded(oursMs / ms(compiled.name), 3) } : compiled
    if (prepared.memory) context.say(`${row.name}: watching the memory`)
    return {
      name: row.name,
      title: row.title,
      oursMs: rounded(oursMs),
      theirsMs: rounded(ms(theirs.name)),
      ratio: rounded(oursMs / ms(theirs.name), 3),
      theirs: prepared.description,
      ratioRange: [rounded(Math.min(...ratios), 3), rounded(Math.max(...ratios), 3)],
      rounds,
      target: row.target,
      torchCompile,
      check: prepared.check,
      memory: prepared.memory ? await prepared.memory() : null,
      details: prepared.details,
    }
  } finally {
    prepared.close()
  }
}
