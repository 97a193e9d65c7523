import { ranksOf } from '../../contract/inspect/orderings'
import { tf } from '../tensor/tf'
import { convAtPixel, squareAround } from './convnadeNet'
import type { ConvNet } from './convnadeNet'
import type { Parameters } from './model'

/** Squares (one for each step and example) that are convolved together. */
const SQUARES_TOGETHER = 512

/**
 * The convolutional part of every conditional of the chain: x [B, D] in the raster -> [D, B, P], dimensions in the order of generation. For step i the
 * square around its pixel, with the dimensions generated before it shown.
 */
export function convChainOutputs(net: ConvNet, named: Parameters, x: tf.Tensor, ordering: Int32Array): tf.Tensor {
  const { colours, outputs, reach } = net
  const [batch, D] = x.shape as [number, number]
  const side = 2 * reach + 1
  const together = Math.max(1, Math.floor(SQUARES_TOGETHER / batch))
  // Beyond the image nothing is observed: an entry more, of rank D.
  const values = tf.concat([x, tf.zeros([batch, 1])], 1) // [B, D + 1]
  const ranks = Int32Array.from([...ranksOf(ordering), D])
  const parts: tf.Tensor[] = []
  for (let from = 0; from < D; from += together) {
    const chosen = ordering.subarray(from, from + together)
    const size = chosen.length
    const squares = Int32Array.from(Array.from(chosen, (dimension) => [...squareAround(net, dimension)]).flat()) // [k, S, S, C]
    const each = squares.length / size
    const shownAt = Float32Array.from(squares, (dimension, index) => Number(ranks[dimension]! < from + Math.floor(index / each)))
    const insideAt = Float32Array.from({ length: size * side * side }, (_value, index) => Number(squares[index * colours]! < D))
    const everyExample = (tensor: tf.Tensor): tf.Tensor =>
      tf.reshape(batch === 1 ? tensor : tf.tile(tensor, [batch, 1, 1, 1, 1]), [batch * size, side, side, -1])
    const part = tf.tidy(() => {
      const observed = tf.tensor(shownAt, [1, size, side, side, colours])
      const gathered = tf.reshape(tf.gather(values, tf.tensor1d(squares, 'int32'), 1), [batch, size, side, side, colours]) // [B, D + 1] -> [B, k, S, S, C]
      const shown = tf.reshape(tf.mul(gathered, observed), [batch * size, side, side, colours])
      const border = everyExample(tf.tensor(insideAt, [1, size, side, side, 1]))
      const planes = tf.concat([shown, everyExample(observed), border], 3) // [B·k, S, S, 2C + 1]
      const all = tf.reshape(convAtPixel(net, named, planes, border), [batch, size, colours, outputs]) // [B·k, C·P] -> [B, k, C, P]
      return tf.transpose(ownColour(all, chosen, colours), [1, 0, 2]) // [B, k, P] -> [k, B, P]
    })
    parts.push(part)
  }
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0)
}

/** Of the outputs of a pixel those of the step's own colour: [B, k, C, P] -> [B, k, P]. */
function ownColour(all: tf.Tensor, chosen: Int32Array, colours: number): tf.Tensor {
  if (colours === 1) return tf.squeeze(all, [2])
  const own = tf.tensor(Float32Array.from({ length: chosen.length * colours }, (_value, index) => Number(chosen[Math.floor(index / colours)]! % colours === index % colours)), [1, chosen.length, colours, 1])
  return tf.sum(tf.mul(all, own), 2)
}
