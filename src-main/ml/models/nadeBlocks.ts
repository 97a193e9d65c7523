import { matMul } from '../tensor/linear'
import { attributes, differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'

/** dy · y(1 − y) */
function sigmoidGradient(y: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  return native ? native.executeSingleOutput('SigmoidGrad', [attributes(native).float32()], [y, dy]) : tf.mul(dy, tf.mul(y, tf.sub(1, y)))
}

interface BlockInputs {
  batch: number
  size: number
  hidden: number
  /** [B, k] */
  x: tf.Tensor2D
  /** Row j of each example holds only the dimensions of the block before its j-th. [B·k, k] */
  before: tf.Tensor2D
  /** [k, H] */
  weight: tf.Tensor2D
}

/** [k, k] of ones below the diagonal. */
function strictlyLower(size: number): tf.Tensor2D {
  const step = tf.range(0, size, 1, 'int32')
  return tf.cast(tf.greater(tf.expandDims(step, 1), tf.expandDims(step, 0)), 'float32') as tf.Tensor2D
}

function blockInputs(x: tf.Tensor, weight: tf.Tensor, from: number, size: number): BlockInputs {
  const batch = x.shape[0]!
  const hidden = weight.shape[1]!
  const block = tf.slice(x, [0, from], [batch, size]) as tf.Tensor2D
  const before = tf.reshape(tf.mul(tf.expandDims(block, 1), strictlyLower(size)), [batch * size, size]) as tf.Tensor2D
  return { batch, size, hidden, x: block, before, weight: tf.slice(weight, [from, 0], [size, hidden]) as tf.Tensor2D }
}

/** h_j = σ(a + W_{·,<j} x_<j) of the block's dimensions, a the activation carried into it [B, H] -> [B, k, H] */
function hiddenLayers({ batch, size, hidden, before, weight }: BlockInputs, carried: tf.Tensor): tf.Tensor {
  const inside = tf.reshape(matMul(before, weight), [batch, size, hidden])
  return tf.sigmoid(tf.add(inside, tf.expandDims(carried, 1)))
}

/**
 * V_i h_i for every dimension i of NADE, h_i = σ(c + Σ_{j<i} W_j x_j), in the order of the columns of x:
 * x [B, D], weight W [D, H], output V [D, H], bias c [H] -> [B, D].
 *
 * Evaluated in blocks of k dimensions: inside a block the partial sums are one product with a lower-triangular matrix, and only the
 * activation is carried to the next. The backward pass computes the hidden layers of a block again instead of keeping them, so the memory
 * is O(B·k·H) besides the D/k carried activations [B, H].
 */
export function nadeProjections(x: tf.Tensor, weight: tf.Tensor, output: tf.Tensor, bias: tf.Tensor, blockSize: number): tf.Tensor {
  const [batch, dimensions] = x.shape as [number, number]
  const hidden = weight.shape[1]!
  const starts = Array.from({ length: Math.ceil(dimensions / blockSize) }, (_value, block) => block * blockSize)
  const sizeAt = (from: number): number => Math.min(blockSize, dimensions - from)
  const joined = (tensors: tf.Tensor[], axis: number): tf.Tensor => (tensors.length === 1 ? tensors[0]! : tf.concat(tensors, axis))

  // All weights as one tensor [2D + 1, H] = W, V, c: one sweep backwards gives all their gradients, so they must be one input.
  const packed = tf.concat([weight, output, tf.expandDims(bias, 0)], 0)
  const weightRows = (all: tf.Tensor): tf.Tensor => tf.slice(all, [0, 0], [dimensions, hidden])
  const outputRows = (all: tf.Tensor, from: number): tf.Tensor => tf.slice(all, [dimensions + from, 0], [sizeAt(from), hidden]) // [k, H]

  const forward = (save: (...tensors: tf.Tensor[]) => void): tf.Tensor => {
    const carried: tf.Tensor[] = []
    let activation: tf.Tensor = tf.mul(tf.ones([batch, 1]), tf.slice(packed, [2 * dimensions, 0], [1, hidden])) // [1, H] -> [B, H]
    const weights = weightRows(packed)
    const projections: tf.Tensor[] = []
    for (const from of starts) {
      carried.push(activation)
      const [projection, next] = tf.tidy((): tf.Tensor[] => {
        const inputs = blockInputs(x, weights, from, sizeAt(from))
        const h = hiddenLayers(inputs, activation)
        return [tf.sum(tf.mul(h, outputRows(packed, from)), 2), tf.add(activation, matMul(inputs.x, inputs.weight))]
      })
      projections.push(projection!)
      activation = next!
    }
    save(x, packed, ...carried)
    return joined(projections, 1)
  }

  /** From the last block to the first. The gradient with respect to x, which training never asks for, is a sweep of its own. */
  const sweep = (of: 'x' | 'packed', gradient: tf.Tensor, [savedX, saved, ...carried]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => {
      const weights = weightRows(saved!)
      const weightParts: tf.Tensor[] = []
      const outputParts: tf.Tensor[] = []
      const xParts: tf.Tensor[] = []
      let later: tf.Tensor = tf.zeros([batch, hidden]) // gradient of the carried activation, summed over later dimensions
      for (const from of [...starts].reverse()) {
        const parts = tf.tidy((): tf.Tensor[] => {
          const inputs = blockInputs(savedX!, weights, from, sizeAt(from))
          const { size } = inputs
          const upstream = tf.expandDims(tf.slice(gradient, [0, from], [batch, size]), 2) // [B, k, 1]
          const h = hiddenLayers(inputs, carried[from / blockSize]!)
          const activations = sigmoidGradient(h, tf.mul(upstream, outputRows(saved!, from))) // [B, k, H]
          const flat = tf.reshape(activations, [batch * size, hidden])
          const next = tf.add(later, tf.sum(activations, 1)) // [B, H]
          if (of === 'packed') {
            const weightPart = tf.add(matMul(inputs.before, flat, true), matMul(inputs.x, later, true)) // [k, H]
            return [next, weightPart, tf.sum(tf.mul(h, upstream), 0)] // [B, k, H] -> [k, H]
          }
          const inside = tf.mul(tf.reshape(matMul(flat, inputs.weight, false, true), [batch, size, size]), strictlyLower(size))
          return [next, tf.add(tf.sum(inside, 1), matMul(later, inputs.weight, false, true))] // [B, k]
        })
        later.dispose()
        later = parts[0]!
        if (of === 'x') xParts.unshift(parts[1]!)
        else {
          weightParts.unshift(parts[1]!)
          outputParts.unshift(parts[2]!)
        }
      }
      return of === 'x' ? joined(xParts, 1) : tf.concat([...weightParts, ...outputParts, tf.sum(later, 0, true)], 0)
    })
  return differentiable({ x, packed }, forward, (gradient, saved) => ({
    x: () => sweep('x', gradient, saved),
    packed: () => sweep('packed', gradient, saved),
  }))
}
