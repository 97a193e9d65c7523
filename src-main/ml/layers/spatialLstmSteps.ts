import type { MaskKind } from '../../contract/inspect/blocks/masks'
import { SPATIAL_GATES } from '../../contract/inspect/blocks/spatialLstm'
import type { Grid, Stream } from '../../contract/inspect/blocks/stream'
import { part } from '../kernels/planBuilder'
import type { DescribeLayer } from './described'
import { byGroup, columnsInOrder } from './described'
import type { BuildIncremental } from './incremental'
import { accumulate } from './incremental'
import { maskedKernelValues, pixelConvolution } from './incrementalConvolution'
import { gateColumns, pick, stepSpatialLstm, unitGroups } from './recurrentMaps'

export interface SpatialSizes {
  hidden: number
  mask: MaskKind
  kernel: number
  input: Stream
  /** Channel groups of the gates' columns. */
  gates: Int32Array
  grid: Grid
}

/** A spatial LSTM as operations of the sampling kernels. */
export const describeSpatialLstm =
  ({ hidden, mask, kernel, input, gates: gateGroups, grid }: SpatialSizes): DescribeLayer =>
  (context, { main, ...streams }) => {
    const { plan, weight } = context
    const half = Math.floor(kernel / 2)
    const columns = SPATIAL_GATES * hidden
    const inputWeight = maskedKernelValues(mask, kernel, input.groupOf, gateGroups, weight('input.weight'))
    const tap = (index: number): Float32Array => weight('state.weight').subarray(index * hidden * columns, (index + 1) * hidden * columns)
    const inputs = plan.map(input.channels, { above: half, left: half, right: half })
    const states = plan.map(hidden, { above: 1, left: 1, right: 0 })
    const cells = plan.map(hidden, { above: 1, left: 1, right: 0 })
    const output = plan.vector(hidden)
    byGroup(context, unitGroups(hidden, grid)).forEach(({ phase, from, size }) => {
      const chosen = gateColumns(hidden, SPATIAL_GATES, from, size)
      const of = (matrix: Float32Array): Float32Array => columnsInOrder(matrix, columns, chosen)
      const gates = plan.vector(SPATIAL_GATES * size)
      const gate = (index: number): typeof gates => part(gates, index * size, size)
      const [cell, term] = [plan.vector(size), plan.vector(size)]
      phase.store(main, { map: inputs, row: 0, column: 0 })
      phase.convolve({
        ...{ map: inputs, rows: half + 1, columns: kernel, top: -half, left: -half, to: gates },
        weight: of(inputWeight),
        bias: pick(weight('input.bias'), chosen),
      })
      phase.convolve({ map: states, rows: 1, columns: 1, top: 0, left: -1, to: gates, weight: of(tap(0)), plus: true })
      phase.convolve({ map: states, rows: 1, columns: 1, top: -1, left: 0, to: gates, weight: of(tap(1)), plus: true })
      phase.gate(gate(4), gate(0), cell)
      phase.load({ map: cells, row: 0, column: -1, channel: from }, term)
      phase.combine('sigmoid-gate', term, gate(1), term)
      phase.add(cell, term)
      phase.load({ map: cells, row: -1, column: 0, channel: from }, term)
      phase.combine('sigmoid-gate', term, gate(2), term)
      phase.add(cell, term)
      phase.store(cell, { map: cells, row: 0, column: 0, channel: from })
      phase.combine('sigmoid-gate', cell, gate(3), term)
      phase.activate('tanh', term, part(output, from, size))
      phase.store(part(output, from, size), { map: states, row: 0, column: 0, channel: from })
    })
    // What reads the data itself must keep the pixel with the value just drawn.
    if (input.sees === 'data') plan.phases.at(-1)!.afterDraw.store(main, { map: inputs, row: 0, column: 0 })
    return { ...streams, main: output }
  }

/** The same on plain arrays. */
export const stepSpatial =
  ({ hidden, mask, kernel, input, gates: gateGroups, grid }: SpatialSizes): BuildIncremental =>
  (weight, batch) => {
    const { height, width } = grid
    const plane = height * width
    const columns = SPATIAL_GATES * hidden
    const convolution = pixelConvolution({
      ...{ mask, kernel, grid, batch, from: input.groupOf, to: gateGroups },
      weight: weight('input.weight'),
      bias: weight('input.bias'),
    })
    const stateWeight = weight('state.weight')
    const states = new Float32Array(batch * plane * hidden)
    const cells = new Float32Array(states.length)
    const gates = new Float32Array(columns)
    return {
      outputs: hidden,
      store: (sample, position, features) => convolution.store(sample, position, features),
      compute(sample, position, _features, output) {
        const at = sample * plane + position
        convolution.compute(sample, position, gates)
        const left = position % width > 0 ? (at - 1) * hidden : null
        const above = position >= width ? (at - width) * hidden : null
        if (left !== null) accumulate(gates, columns, states, left, hidden, stateWeight, 0)
        if (above !== null) accumulate(gates, columns, states, above, hidden, stateWeight, hidden * columns)
        stepSpatialLstm(gates, hidden, { left, above }, cells, states, at * hidden)
        output.set(states.subarray(at * hidden, (at + 1) * hidden))
      },
    }
  }
