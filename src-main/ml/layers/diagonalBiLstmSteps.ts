import type { RowLstmSizes } from './rowLstmSteps'
import { part } from '../kernels/planBuilder'
import type { DescribeLayer } from './described'
import { byGroup, columnsInOrder } from './described'
import type { BuildIncremental } from './incremental'
import { accumulate } from './incremental'
import { LSTM_ORDER, gateColumns, maskedValues, pick, stepLstm, unitGroups } from './recurrentMaps'

export type DiagonalSizes = Omit<RowLstmSizes, 'kernel'>

/**
 * A Diagonal BiLSTM as operations of the sampling kernels. The direction from the left goes pixel by pixel; the one from the right is needed
 * of the row above only, and is computed as a whole when a row begins, from right to left, when that row is known.
 */
export const describeDiagonalBiLstm =
  ({ hidden, channels, groupOf, grid, inputMask, upMask }: DiagonalSizes): DescribeLayer =>
  (context, streams) => {
    const { plan, weight } = context
    const { main } = streams
    const inputWeight = (direction: string): Float32Array => maskedValues(weight(`${direction}.input.weight`), inputMask)
    const tapOf = (direction: string, tap: number): Float32Array => {
      const size = hidden * 4 * hidden
      return weight(`${direction}.state.weight`).subarray(tap * size, (tap + 1) * size)
    }
    const inputs = plan.map(channels, { above: 1, left: 0, right: 0 })
    const upWeight = maskedValues(weight('up.weight'), upMask)

    // From the right, of the row above.
    const [rightStates, rightCells] = [plan.map(hidden, { above: 2, left: 0, right: 1 }), plan.map(hidden, { above: 1, left: 0, right: 1 })]
    const [gatesBefore, stateBefore, cellBefore] = [plan.vector(4 * hidden), plan.vector(hidden), plan.vector(hidden)]
    const inside = plan.vector(hidden)
    // Above the first row there is nothing: its states are zero.
    const insideByRow = new Float32Array(grid.height * hidden).fill(1, hidden)
    plan.phases[0]!.eachColumn(
      (body) => {
        body.convolve({
          ...{ map: inputs, rows: 1, columns: 1, top: -1, left: 0, to: gatesBefore },
          weight: inputWeight('right'),
          bias: weight('right.input.bias'),
        })
        body.convolve({ map: rightStates, rows: 1, columns: 1, top: -1, left: 1, to: gatesBefore, weight: tapOf('right', 0), plus: true })
        body.convolve({ map: rightStates, rows: 1, columns: 1, top: -2, left: 0, to: gatesBefore, weight: tapOf('right', 1), plus: true })
        body.load({ map: rightCells, row: -1, column: 1 }, cellBefore)
        body.lstm({ gates: gatesBefore, order: LSTM_ORDER, cell: cellBefore, hidden: stateBefore })
        body.table({ table: insideByRow, to: inside, index: 'row' })
        body.combine('product', cellBefore, inside, cellBefore)
        body.combine('product', stateBefore, inside, stateBefore)
        body.store(cellBefore, { map: rightCells, row: -1, column: 0 })
        body.store(stateBefore, { map: rightStates, row: -1, column: 0 })
      },
      { reverse: true },
    )

    // From the left, and the sum of both.
    const leftStates = plan.map(hidden, { above: 1, left: 1, right: 0 })
    const leftCells = plan.map(hidden, { above: 0, left: 1, right: 0 })
    const [state, cell, before, sum] = [plan.vector(hidden), plan.vector(hidden), plan.vector(hidden), plan.vector(hidden)]
    const wide = byGroup(context, groupOf)
    byGroup(context, unitGroups(hidden, grid)).forEach(({ phase, from, size }, group) => {
      const own = wide[group]!
      const columns = gateColumns(hidden, 4, from, size)
      const gates = plan.vector(4 * size)
      const of = (matrix: Float32Array): Float32Array => columnsInOrder(matrix, 4 * hidden, columns)
      const [beforeMine, cellMine, stateMine, sumMine] = [before, cell, state, sum].map((vector) => part(vector, from, size)) as [
        typeof before,
        typeof before,
        typeof before,
        typeof before,
      ]
      phase.store(part(main, own.from, own.size), { map: inputs, row: 0, column: 0, channel: own.from })
      // From the map, as the channels of earlier groups have been added to in `main`.
      phase.convolve({
        ...{ map: inputs, rows: 1, columns: 1, top: 0, left: 0, to: gates },
        weight: of(inputWeight('left')),
        bias: pick(weight('left.input.bias'), columns),
      })
      phase.convolve({ map: leftStates, rows: 1, columns: 1, top: 0, left: -1, to: gates, weight: of(tapOf('left', 0)), plus: true })
      phase.convolve({ map: leftStates, rows: 1, columns: 1, top: -1, left: 0, to: gates, weight: of(tapOf('left', 1)), plus: true })
      phase.load({ map: leftCells, row: 0, column: -1, channel: from }, beforeMine)
      phase.lstm({ gates, order: LSTM_ORDER, before: beforeMine, cell: cellMine, hidden: stateMine })
      phase.store(cellMine, { map: leftCells, row: 0, column: 0, channel: from })
      phase.store(stateMine, { map: leftStates, row: 0, column: 0, channel: from })
      phase.load({ map: rightStates, row: -1, column: 0, channel: from }, sumMine)
      phase.add(sumMine, stateMine)
      const added = Array.from({ length: own.size }, (_value, index) => own.from + index)
      phase.dense({
        from: sum,
        to: part(main, own.from, own.size),
        weight: columnsInOrder(upWeight, channels, added),
        bias: pick(weight('up.bias'), added),
        plus: true,
      })
    })
    return { ...streams, main }
  }

/** The same on plain arrays. */
export const stepDiagonalBiLstm =
  ({ hidden, channels, grid, inputMask, upMask }: DiagonalSizes): BuildIncremental =>
  (weight, batch) => {
    const { height, width } = grid
    const plane = height * width
    const columns = 4 * hidden
    const tap = hidden * columns
    const [upWeight, upBias] = [maskedValues(weight('up.weight'), upMask), weight('up.bias')]
    const inputs = new Float32Array(batch * plane * channels)
    const gates = new Float32Array(columns)
    const sum = new Float32Array(hidden)
    const direction = (name: string, toward: 1 | -1) => {
      const inputWeight = maskedValues(weight(`${name}.input.weight`), inputMask)
      const [inputBias, stateWeight] = [weight(`${name}.input.bias`), weight(`${name}.state.weight`)]
      const states = new Float32Array(batch * plane * hidden)
      const cells = new Float32Array(states.length)
      const compute = (sample: number, position: number): void => {
        const at = sample * plane + position
        const beside = (position % width) + toward
        const known = beside >= 0 && beside < width
        gates.set(inputBias)
        accumulate(gates, columns, inputs, at * channels, channels, inputWeight, 0)
        if (known) accumulate(gates, columns, states, (at + toward) * hidden, hidden, stateWeight, 0)
        if (position >= width) accumulate(gates, columns, states, (at - width) * hidden, hidden, stateWeight, tap)
        stepLstm(gates, hidden, known ? (at + toward) * hidden : null, cells, states, at * hidden)
      }
      return { states, compute }
    }
    const [left, right] = [direction('left', -1), direction('right', 1)]
    return {
      outputs: channels,
      store: (sample, position, input) => inputs.set(input, (sample * plane + position) * channels),
      row(sample, row, below) {
        if (row > 0) for (let column = width - 1; column >= 0; column--) right.compute(sample, (row - 1) * width + column)
        return below
      },
      compute(sample, position, input, output) {
        const at = sample * plane + position
        left.compute(sample, position)
        for (let unit = 0; unit < hidden; unit++)
          sum[unit] = left.states[at * hidden + unit]! + (position >= width ? right.states[(at - width) * hidden + unit]! : 0)
        for (let channel = 0; channel < channels; channel++) output[channel] = input[channel]! + upBias[channel]!
        accumulate(output, channels, sum, 0, hidden, upWeight, 0)
      },
    }
  }
