import { ProgramBuilder } from '../../src-main/ml/tensor/program/program'
import { tf } from '../../src-main/ml/tensor/tf'
import { duel, timed } from './duel'
import type { DuelOptions } from './duel'
import type { Opponent } from './opponent'
import type { OverheadRecord } from './report'
import { rounded } from './statistics'

/** As in bench/python/rows/overhead.py. */
const REPEATS = 10_000

/** What the smallest piece of work costs: an addition op by op, a call of a whole program, an addition in PyTorch. */
export async function measureOverhead(opponent: Opponent, options: DuelOptions): Promise<OverheadRecord> {
  const [a, b] = [tf.ones([4]), tf.ones([4])]
  const builder = new ProgramBuilder()
  const input = { name: 'x', dtype: 'float32', shape: [4] } as const
  const { inputs, outputs } = builder.trace([input, input], [], ([x, y]) => [tf.add(x!, y!)])
  builder.entry('add', inputs, outputs)
  const program = builder.load()
  const repeat = (work: () => void) => () => {
    for (let index = 0; index < REPEATS; index++) work()
  }
  try {
    await opponent.prepare({ row: 'overhead' })
    const { milliseconds } = await duel(
      [
        { name: 'eager', run: (count) => timed(count, repeat(() => tf.add(a, b).dispose())) },
        { name: 'program', run: (count) => timed(count, repeat(() => tf.dispose(program.run('add', [a, b])))) },
        { name: 'torch', run: (count) => opponent.run('add', count) },
      ],
      options,
    )
    const microseconds = (name: string): number => rounded((milliseconds.get(name)! / REPEATS) * 1000)
    return { eagerAddUs: microseconds('eager'), programCallUs: microseconds('program'), torchAddUs: microseconds('torch') }
  } finally {
    program.dispose()
    tf.dispose([a, b])
    opponent.close()
  }
}
