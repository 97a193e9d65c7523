import { beforeAll, describe, expect, it } from 'vitest'
import { differenceOf, directionalError, normal } from './gradientTestSupport'
import type { TensorFunction } from './gradientTestSupport'
import { startEngine } from './startEngine'
import { tf } from './tf'
import type { Wavefront, WavefrontCell } from './wavefront'
import { diagonalWavefront, gatesOf, rowWavefront, wavefrontLstm } from './wavefront'
import { downOneRow, inOrder, toRaster } from './wavefrontLayout'

beforeAll(async () => {
  await startEngine()
})

const lstm: WavefrontCell = { carried: [0], output: 'gated' }
const spatial: WavefrontCell = { carried: [0, 1], output: 'squashed' }

/** Pixel by pixel from plain ops: `neighbours` of a pixel as [row, column] offsets, one for each tap; drive and answer by raster positions. */
function pixelByPixel(height: number, width: number, order: Int32Array, neighbours: Array<[number, number]>, cell: WavefrontCell): TensorFunction {
  return (drive, weight) => {
    const batch = drive!.shape[1]!
    const hidden = drive!.shape[2]! / gatesOf(cell)
    const zeros = tf.zeros([batch, hidden])
    const h = new Map<number, tf.Tensor>()
    const c = new Map<number, tf.Tensor>()
    order.forEach((position) => {
      const [row, column] = [Math.floor(position / width), position % width]
      const at = (states: Map<number, tf.Tensor>, tap: number): tf.Tensor => {
        const [above, beside] = [row + neighbours[tap]![0], column + neighbours[tap]![1]]
        return above < 0 || above >= height || beside < 0 || beside >= width ? zeros : states.get(above * width + beside)!
      }
      const taps = tf.concat(neighbours.map((_offset, tap) => at(h, tap)), 1)
      const own = tf.reshape(tf.slice(drive!, [position, 0, 0], [1, batch, drive!.shape[2]!]), [batch, -1])
      const gates = tf.split(tf.add(tf.matMul(taps as tf.Tensor2D, weight! as tf.Tensor2D), own), gatesOf(cell), 1)
      const o = tf.sigmoid(gates.at(-2)!)
      let state: tf.Tensor = tf.mul(tf.sigmoid(gates[0]!), tf.tanh(gates.at(-1)!))
      cell.carried.forEach((tap, place) => (state = tf.add(state, tf.mul(tf.sigmoid(gates[1 + place]!), at(c, tap)))))
      c.set(position, state)
      h.set(position, cell.output === 'gated' ? tf.mul(o, tf.tanh(state)) : tf.tanh(tf.mul(state, o)))
    })
    return tf.stack(Array.from({ length: height * width }, (_value, position) => h.get(position)!))
  }
}

const overImage =
  (wavefront: Wavefront, cell: WavefrontCell): TensorFunction =>
  (drive, weight) =>
    toRaster(wavefrontLstm(inOrder(drive!, wavefront.order), weight!, wavefront, cell), wavefront.order)

const row: WavefrontCell = { carried: [1], output: 'gated' }
const wide: WavefrontCell = { carried: [2], output: 'gated' }
const scans = [
  { name: 'rows of 3 × 4', size: [3, 4], wavefront: rowWavefront(3, 4, 3), neighbours: [[-1, -1], [-1, 0], [-1, 1]], cell: row },
  { name: 'rows of width 1', size: [3, 1], wavefront: rowWavefront(3, 1, 3), neighbours: [[-1, -1], [-1, 0], [-1, 1]], cell: row },
  {
    ...{ name: 'rows, kernel 5 wider than the image', size: [3, 2], wavefront: rowWavefront(3, 2, 5), cell: wide },
    neighbours: [[-1, -2], [-1, -1], [-1, 0], [-1, 1], [-1, 2]],
  },
  { name: 'a single row', size: [1, 3], wavefront: rowWavefront(1, 3, 3), neighbours: [[-1, -1], [-1, 0], [-1, 1]], cell: row },
  { name: 'diagonals of 3 × 5', size: [3, 5], wavefront: diagonalWavefront(3, 5), neighbours: [[0, -1], [-1, 0]], cell: lstm },
  { name: 'diagonals of 5 × 3, mirrored', size: [5, 3], wavefront: diagonalWavefront(5, 3, true), neighbours: [[0, 1], [-1, 0]], cell: lstm },
  { name: 'spatial, 4 × 3', size: [4, 3], wavefront: diagonalWavefront(4, 3), neighbours: [[0, -1], [-1, 0]], cell: spatial },
  { name: 'spatial, one column', size: [4, 1], wavefront: diagonalWavefront(4, 1), neighbours: [[0, -1], [-1, 0]], cell: spatial },
] satisfies Array<{ name: string; size: [number, number]; wavefront: Wavefront; neighbours: Array<[number, number]>; cell: WavefrontCell }>

describe.each(scans)('LSTM by wavefront: $name', ({ size: [height, width], wavefront, neighbours, cell }) => {
  const inputs = (): tf.Tensor[] =>
    tf.tidy(() => [
      normal('drive', height * width, 2, gatesOf(cell) * 3),
      tf.mul(normal('weight', neighbours.length * 3, gatesOf(cell) * 3), 0.5),
    ])
  it('is the recurrence taken pixel by pixel, gradients included', () => {
    const given = inputs()
    expect(differenceOf(overImage(wavefront, cell), pixelByPixel(height, width, wavefront.order, neighbours, cell), given)).toBeLessThan(1e-5)
    tf.dispose(given)
  })
  it('has the gradients of finite differences', () => {
    const given = inputs()
    expect(directionalError(overImage(wavefront, cell), given)).toBeLessThanOrEqual(1)
    tf.dispose(given)
  })
})

describe('diagonal wavefront', () => {
  it('passes every position once', () => {
    for (const mirrored of [false, true]) {
      const { order, steps } = diagonalWavefront(4, 6, mirrored)
      expect(steps).toHaveLength(9)
      expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_value, index) => index))
    }
    expect(Array.from(diagonalWavefront(2, 3).order)).toEqual([0, 1, 3, 2, 4, 5])
    expect(Array.from(diagonalWavefront(2, 3, true).order)).toEqual([2, 1, 5, 0, 4, 3])
  })
})

it('moves a map down by one row', () => {
  const moved = tf.tidy(() => Array.from(downOneRow(tf.tensor3d([1, 2, 3, 4, 5, 6], [6, 1, 1]), 2).dataSync()))
  expect(moved).toEqual([0, 0, 1, 2, 3, 4])
})
