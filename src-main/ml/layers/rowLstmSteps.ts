import type { Grid } from '../../contract/inspect/blocks/stream'
import { part } from '../kernels/planBuilder'
import type { DescribeLayer } from './described'
import { byGroup, columnsInOrder } from './described'
import type { BuildIncremental } from './incremental'
import { accumulate } from './incremental'
import { LSTM_ORDER, gateColumns, maskedValues, pick, stepLstm, unitGroups } from './recurrentMaps'

export interface RowLstmSizes {
  hidden: number
  kernel: number
  channels: number
  groupOf: Int32Array
  grid: Grid
  inputMask: Float32Array
  upMask: Float32Array
}

/** A Row LSTM as operations of the sampling kernels: states and cells of the row above lie in maps. */
export const describeRowLstm =
  ({ hidden, kernel, channels, groupOf, grid, inputMask, upMask }: RowLstmSizes): DescribeLayer =>
  (context, streams) => {
    const { plan, weight } = context
    const { main } = streams
    const half = Math.floor(kernel / 2)
    const [inputWeight, stateWeight] = [maskedValues(weight('input.weight'), inputMask), weight('state.weight')]
    const upWeight = maskedValues(weight('up.weight'), upMask)
    const inputs = plan.map(channels, { above: 0, left: half, right: 0 })
    const states = plan.map(hidden, { above: 1, left: half, right: half })
    const cells = plan.map(hidden, { above: 1, left: 0, right: 0 })
    const [state, cell, before] = [plan.vector(hidden), plan.vector(hidden), plan.vector(hidden)]
    const wide = byGroup(context, groupOf)
    byGroup(context, unitGroups(hidden, grid)).forEach(({ phase, from, size }, group) => {
      const own = wide[group]!
      const columns = gateColumns(hidden, 4, from, size)
      const gates = plan.vector(4 * size)
      const [mine, cellMine, stateMine] = [part(before, from, size), part(cell, from, size), part(state, from, size)]
      phase.store(part(main, own.from, own.size), { map: inputs, row: 0, column: 0, channel: own.from })
      phase.convolve({
        ...{ map: inputs, rows: 1, columns: half + 1, top: 0, left: -half, to: gates },
        weight: columnsInOrder(inputWeight, 4 * hidden, columns),
        bias: pick(weight('input.bias'), columns),
      })
      phase.convolve({
        ...{ map: states, rows: 1, columns: kernel, top: -1, left: -half, to: gates, plus: true },
        weight: columnsInOrder(stateWeight, 4 * hidden, columns),
      })
      phase.load({ map: cells, row: -1, column: 0, channel: from }, mine)
      phase.lstm({ gates, order: LSTM_ORDER, before: mine, cell: cellMine, hidden: stateMine })
      phase.store(cellMine, { map: cells, row: 0, column: 0, channel: from })
      phase.store(stateMine, { map: states, row: 0, column: 0, channel: from })
      const added = Array.from({ length: own.size }, (_value, index) => own.from + index)
      phase.dense({
        from: state,
        to: part(main, own.from, own.size),
        weight: columnsInOrder(upWeight, channels, added),
        bias: pick(weight('up.bias'), added),
        plus: true,
      })
    })
    return { ...streams, main }
  }

/** The same on plain arrays. */
export const stepRowLstm =
  ({ hidden, kernel, channels, grid, inputMask, upMask }: RowLstmSizes): BuildIncremental =>
  (weight, batch) => {
    const { height, width } = grid
    const half = Math.floor(kernel / 2)
    const [inputWeight, inputBias, stateWeight] = [maskedValues(weight('input.weight'), inputMask), weight('input.bias'), weight('state.weight')]
    const [upWeight, upBias] = [maskedValues(weight('up.weight'), upMask), weight('up.bias')]
    const inputs = new Float32Array(batch * height * width * channels)
    const states = new Float32Array(batch * height * width * hidden)
    const cells = new Float32Array(states.length)
    const gates = new Float32Array(4 * hidden)
    return {
      outputs: channels,
      store: (sample, position, input) => inputs.set(input, (sample * height * width + position) * channels),
      compute(sample, position, input, output) {
        const at = sample * height * width + position
        const column = position % width
        gates.set(inputBias)
        for (let lag = Math.min(half, column); lag >= 0; lag--)
          accumulate(gates, 4 * hidden, inputs, (at - lag) * channels, channels, inputWeight, (half - lag) * channels * 4 * hidden)
        if (position >= width) {
          for (let tap = 0; tap < kernel; tap++) {
            const across = tap - half
            if (column + across < 0 || column + across >= width) continue
            accumulate(gates, 4 * hidden, states, (at - width + across) * hidden, hidden, stateWeight, tap * hidden * 4 * hidden)
          }
        }
        stepLstm(gates, hidden, position >= width ? (at - width) * hidden : null, cells, states, at * hidden)
        for (let channel = 0; channel < channels; channel++) output[channel] = input[channel]! + upBias[channel]!
        accumulate(output, channels, states, at * hidden, hidden, upWeight, 0)
      },
    }
  }
