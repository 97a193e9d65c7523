import type { RecurrentCell } from '../../contract/inspect/blocks/recurrent'
import { part } from '../kernels/planBuilder'
import type { DescribeLayer } from './described'
import type { BuildIncremental } from './incremental'
import { accumulate } from './incremental'

/** A recurrent layer as operations of the sampling kernels: input and state lie side by side, so that one product reads both. */
export const describeRecurrent =
  (cell: RecurrentCell, inputs: number, hidden: number): DescribeLayer =>
  ({ plan, weight }, streams) => {
    const { step } = plan
    const [both, input, state] = plan.vectors(inputs, hidden)
    step.copy(streams.main, input!)
    const output = plan.vector(hidden)
    if (cell === 'rnn') {
      step.dense({ from: both, to: output, weight: weight('weight'), bias: weight('bias'), activation: 'tanh' })
      step.copy(output, state!)
      return { ...streams, main: output }
    }
    const gates = plan.vector(cell === 'lstm' ? 4 * hidden : 2 * hidden)
    if (cell === 'lstm') {
      step.dense({ from: both, to: gates, weight: weight('weight'), bias: weight('bias') })
      step.lstm({ gates, order: ['input', 'forget', 'candidate', 'output'], cell: plan.vector(hidden), hidden: state! })
    } else {
      step.dense({ from: both, to: gates, weight: weight('gates.weight'), bias: weight('gates.bias') })
      const [bothReset, inputAgain, stateReset] = plan.vectors(inputs, hidden)
      const candidate = plan.vector(hidden)
      step.copy(input!, inputAgain!)
      step.combine('sigmoid-gate', state!, part(gates, 0, hidden), stateReset!)
      step.dense({ from: bothReset, to: candidate, weight: weight('candidate.weight'), bias: weight('candidate.bias') })
      step.mixState(part(gates, hidden, hidden), candidate, state!)
    }
    step.copy(state!, output)
    return { ...streams, main: output }
  }

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

/** The same on plain arrays: the state of each sample is kept. */
export const stepRecurrent =
  (cell: RecurrentCell, inputs: number, hidden: number): BuildIncremental =>
  (weight, batch) => {
    const states = new Float32Array(batch * hidden)
    const cells = new Float32Array(cell === 'lstm' ? batch * hidden : 0)
    const both = new Float32Array(inputs + hidden)
    const [first, firstBias] = cell === 'gru' ? [weight('gates.weight'), weight('gates.bias')] : [weight('weight'), weight('bias')]
    const [candidateWeight, candidateBias] = cell === 'gru' ? [weight('candidate.weight'), weight('candidate.bias')] : [null, null]
    const gates = new Float32Array(firstBias.length)
    const candidate = new Float32Array(hidden)
    const next: Readonly<Record<RecurrentCell, (from: number, unit: number) => number>> = {
      rnn: (_from, unit) => Math.tanh(gates[unit]!),
      gru(from, unit) {
        const z = sigmoid(gates[hidden + unit]!)
        return z * states[from + unit]! + (1 - z) * Math.tanh(candidate[unit]!)
      },
      lstm(from, unit) {
        const gate = (index: number): number => gates[index * hidden + unit]!
        cells[from + unit] = sigmoid(gate(1)) * cells[from + unit]! + sigmoid(gate(0)) * Math.tanh(gate(2))
        return sigmoid(gate(3)) * Math.tanh(cells[from + unit]!)
      },
    }
    return {
      outputs: hidden,
      compute(sample, _position, input, output) {
        const from = sample * hidden
        both.set(input.length === inputs ? input : input.subarray(0, inputs))
        both.set(states.subarray(from, from + hidden), inputs)
        gates.set(firstBias)
        accumulate(gates, gates.length, both, 0, inputs + hidden, first, 0)
        if (candidateWeight) {
          for (let unit = 0; unit < hidden; unit++) both[inputs + unit] = sigmoid(gates[unit]!) * states[from + unit]!
          candidate.set(candidateBias)
          accumulate(candidate, hidden, both, 0, inputs + hidden, candidateWeight, 0)
        }
        for (let unit = 0; unit < hidden; unit++) output[unit] = next[cell](from, unit)
        states.set(output.length === hidden ? output : output.subarray(0, hidden), from)
      },
    }
  }
