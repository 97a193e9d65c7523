import { z } from 'zod'
import { needsStrict } from './maskedConv'
import type { BlockDescription } from './stream'
import { groupsOfChannels } from './stream'

export const recurrentCells = ['rnn', 'gru', 'lstm'] as const
export type RecurrentCell = (typeof recurrentCells)[number]

export const recurrentSchema = z.strictObject({
  kind: z.literal('recurrent'),
  cell: z.enum(recurrentCells).default('lstm').meta({ title: 'Cell', description: 'A simple recurrent net, gated recurrent units, or long short-term memory.' }),
  hidden: z.number().int().min(1).max(8192).default(64).meta({ title: 'Units', description: 'H: size of the state that is carried from step to step.' }),
})
export type RecurrentBlock = z.infer<typeof recurrentSchema>

/** Products of [x_t, h_{t−1}] with matrices [I + H, H]: the state, or gates and candidate. */
const productsOf: Readonly<Record<RecurrentCell, number>> = { rnn: 1, gru: 3, lstm: 4 }
/** Arrays [T, H] kept for the backward pass. */
const keptBy: Readonly<Record<RecurrentCell, number>> = { rnn: 4, gru: 12, lstm: 14 }

/** h_t = f(x_t, h_{t−1}) from a zero state: a simple recurrent net, gated recurrent units, or long short-term memory. */
export const recurrent: BlockDescription<RecurrentBlock> = {
  kind: 'recurrent',
  title: 'Recurrent layer',
  inspect({ cell, hidden }, input, { grid }) {
    const weights = productsOf[cell] * (input.channels + hidden) * hidden
    return {
      output: { ...input, channels: hidden, groupOf: groupsOfChannels(hidden, 1) },
      parameters: weights + productsOf[cell] * hidden,
      multiplyAdds: grid.width * weights,
      activations: grid.width * (2 * input.channels + keptBy[cell] * hidden),
      reach: { up: 0, left: grid.width - 1, right: 0 },
      leak: needsStrict(input, 'a recurrent layer'),
    }
  },
  trace(_block, need) {
    const last = need.main.lastIndexOf(1)
    return { ...need, main: new Uint8Array(need.main.length).fill(1, 0, last + 1) }
  },
}
