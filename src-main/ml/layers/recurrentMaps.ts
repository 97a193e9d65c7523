import { reachesAtCentre } from '../../contract/inspect/blocks/masks'
import type { Grid } from '../../contract/inspect/blocks/stream'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { linear } from '../tensor/linear'
import { tf } from '../tensor/tf'
import type { LayerParameter } from './layer'
import { glorotLimit } from './layer'

/**
 * What the recurrent layers of images share. Columns of the gates, in units of H: input gate i, forget gates f, output gate o, candidate g; inside
 * each, the H units are divided among the channel groups.
 */
export const LSTM_ORDER = ['input', 'forget', 'output', 'candidate'] as const

/** The columns of all gates that belong to units from … from + size. */
export function gateColumns(hidden: number, gates: number, from: number, size: number): number[] {
  return Array.from({ length: gates * size }, (_value, index) => Math.floor(index / size) * hidden + from + (index % size))
}

/** values at the given places */
export const pick = (values: Float32Array, places: readonly number[]): Float32Array => Float32Array.from(places, (place) => values[place]!)

/** Mask B of a matrix [in, out], or of a row's kernel [taps, in, out] whose last tap is the centre. */
export function groupMask(from: Int32Array, to: Int32Array, taps = 1): Float32Array {
  const mask = new Float32Array(taps * from.length * to.length).fill(1)
  let index = (taps - 1) * from.length * to.length
  for (const source of from) for (const target of to) mask[index++] = reachesAtCentre('B', source, target) ? 1 : 0
  return mask
}

/** A weight [in, out] or [taps, in, out] with a mask, as a matrix [taps · in, out]; masks that keep everything cost nothing. */
export function maskedMatrix(weight: tf.Tensor, mask: Float32Array): tf.Tensor {
  const outputs = weight.shape.at(-1)!
  const matrix = tf.reshape(weight, [-1, outputs])
  return mask.every((entry) => entry === 1) ? matrix : tf.mul(matrix, tf.tensor2d(mask, [mask.length / outputs, outputs]))
}

export const maskedValues = (weight: Float32Array, mask: Float32Array): Float32Array => weight.map((value, index) => value * mask[index]!)

/** [B, H, W, C] -> [P, B, C] */
export function asPositions(x: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  return tf.transpose(tf.reshape(x, [batch, height * width, channels]), [1, 0, 2])
}

/** [P, B, C] -> [B, H, W, C] */
export function asMap(x: tf.Tensor, { height, width }: Grid): tf.Tensor {
  const [, batch, channels] = x.shape as [number, number, number]
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [batch, height, width, channels])
}

/** x + up(h): h [P, B, H] of the positions, x [B, H, W, C]. */
export function addUpsampled(x: tf.Tensor, h: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, mask: Float32Array, grid: Grid): tf.Tensor {
  return tf.add(x, asMap(linear(h, maskedMatrix(weight, mask), bias), grid))
}

/** The parameters of an LSTM's input: kernel and bias; forget gates start open where there is one, with a bias of 1 (Jozefowicz et al. 2015). */
export function inputParameters(prefix: string, shape: number[], hidden: number): LayerParameter[] {
  const columns = shape.at(-1)!
  const inputs = shape.slice(0, -1).reduce((product, size) => product * size, 1)
  const bias = new Float32Array(columns)
  if (columns === 4 * hidden) bias.fill(1, hidden, 2 * hidden)
  return [
    { name: `${prefix}input.weight`, shape, init: { kind: 'uniform', limit: glorotLimit(inputs, hidden) } },
    { name: `${prefix}input.bias`, shape: [columns], init: { kind: 'values', values: bias } },
  ]
}

/** The state-to-state kernel [taps, H, G·H]. */
export function stateParameter(prefix: string, taps: number, hidden: number, gates: number): LayerParameter {
  return {
    name: `${prefix}state.weight`,
    shape: [taps, hidden, gates * hidden],
    init: { kind: 'uniform', limit: glorotLimit(taps * hidden, hidden) },
  }
}

/** The 1 × 1 convolution back to the width of the residual path; half of the usual size, so that sums over layers stay small. */
export function upsampling(hidden: number, channels: number): LayerParameter[] {
  return [
    { name: 'up.weight', shape: [hidden, channels], init: { kind: 'uniform', limit: glorotLimit(hidden, channels) / 2 } },
    { name: 'up.bias', shape: [channels], init: { kind: 'zeros' } },
  ]
}

export const unitGroups = (hidden: number, { groups }: Grid): Int32Array => groupsOfChannels(hidden, groups)

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

/** One LSTM cell on plain arrays: gates [i, f, o, g], the cell before at `from` of `before` (none: null); writes at `at` of cells and states. */
export function stepLstm(gates: Float32Array, hidden: number, before: number | null, cells: Float32Array, states: Float32Array, at: number): void {
  for (let unit = 0; unit < hidden; unit++) {
    const kept = before === null ? 0 : sigmoid(gates[hidden + unit]!) * cells[before + unit]!
    const cell = kept + sigmoid(gates[unit]!) * Math.tanh(gates[3 * hidden + unit]!)
    cells[at + unit] = cell
    states[at + unit] = sigmoid(gates[2 * hidden + unit]!) * Math.tanh(cell)
  }
}

/** The same of a spatial LSTM: gates [i, f left, f above, o, g]. */
export function stepSpatialLstm(
  gates: Float32Array,
  hidden: number,
  before: { left: number | null; above: number | null },
  cells: Float32Array,
  states: Float32Array,
  at: number,
): void {
  for (let unit = 0; unit < hidden; unit++) {
    let cell = sigmoid(gates[unit]!) * Math.tanh(gates[4 * hidden + unit]!)
    if (before.left !== null) cell += sigmoid(gates[hidden + unit]!) * cells[before.left + unit]!
    if (before.above !== null) cell += sigmoid(gates[2 * hidden + unit]!) * cells[before.above + unit]!
    cells[at + unit] = cell
    states[at + unit] = Math.tanh(cell * sigmoid(gates[3 * hidden + unit]!))
  }
}
