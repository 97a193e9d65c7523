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

function blockInputs(x: tf.Tensor, weight: tf.Tensor, from: number, size: number): BlockInputs {
  const batch = x.shape[0]!
  const hidden = weight.shape[1]!
  const block = tf.slice(x, [0, from], [batch, size]) as tf.Tensor2D
  const step = tf.range(0, size, 1, 'int32')
  const earlier = tf.cast(tf.greater(tf.expandDims(step, 1), tf.expandDims(step, 0)), 'float32') // [k, k], strictly lower triangular
  const before = tf.reshape(tf.mul(tf.expandDims(block, 1), earlier), [batch * size, size]) as tf.Tensor2D
  return { batch, size, hidden, x: block, before, weight: tf.slice(weight, [from, 0], [size, hidden]) as tf.Tensor2D }
}

/** h_j = σ(a + W_{·,<j} x_<j) of the block's dimensions, a the activation carried into it [B, H] -> [B, k, H] */
function hiddenLayers({ batch, size, hidden, before, weight }: BlockInputs, carried: tf.Tensor): tf.Tensor {
  const inside = tf.reshape(tf.matMul(before, weight), [batch, size, hidden])
  return tf.sigmoid(tf.add(inside, tf.expandDims(carried, 1)))
}

/**
 * V_i h_i for every dimension i of NADE, h_i = σ(c + Σ_{j<i} W_j x_j), in the order of the columns of x:
 * x [B, D], weight W [D, H], output V [D, H], bias c [H] -> [B, D].
 *
 * Evaluated in blocks of k dimensions: inside a block the partial sums are one product with a lower-triangular matrix, and only the
 * activation is carried to the next. The backward pass computes the hidden layers of a block again instead of keeping them, so the memory is
 * O(B·k·H) besides the D/k carried activations [B, H].
 */
export function nadeProjections(x: tf.Tensor, weight: tf.Tensor, output: tf.Tensor, bias: tf.Tensor, blockSize: number): tf.Tensor {
  const [batch, dimensions] = x.shape as [number, number]
  const hidden = weight.shape[1]!
  const starts = Array.from({ length: Math.ceil(dimensions / blockSize) }, (_value, block) => block * blockSize)
  const sizeAt = (from: number): number => Math.min(blockSize, dimensions - from)
  const outputBlock = (V: tf.Tensor, from: number): tf.Tensor => tf.slice(V, [from, 0], [sizeAt(from), hidden]) // [k, H]

  const forward = (save: (...tensors: tf.Tensor[]) => void): tf.Tensor => {
    const carried: tf.Tensor[] = []
    let activation: tf.Tensor = tf.mul(tf.ones([batch, 1]), bias) // [H] -> [B, H]
    const projections = starts.map((from) => {
      carried.push(activation)
      const [projection, next] = tf.tidy(() => {
        const inputs = blockInputs(x, weight, from, sizeAt(from))
        const h = hiddenLayers(inputs, activation)
        return [tf.sum(tf.mul(h, outputBlock(output, from)), 2), tf.add(activation, tf.matMul(inputs.x, inputs.weight))] as const
      }) as unknown as [tf.Tensor, tf.Tensor]
      activation = next
      return projection
    })
    save(x, weight, output, ...carried)
    return projections.length === 1 ? projections[0]! : tf.concat(projections, 1)
  }

  const backward = (gradient: tf.Tensor, [savedX, savedWeight, savedOutput, ...carried]: tf.Tensor[]): Record<string, () => tf.Tensor> => {
    // One sweep gives all parameter gradients; that of x, which training never asks for, is a sweep of its own.
    let parameters: { weight: tf.Tensor; output: tf.Tensor; bias: tf.Tensor } | null = null
    const sweep = (withX: boolean): { weight: tf.Tensor; output: tf.Tensor; bias: tf.Tensor; x: tf.Tensor | null } => {
      const weightParts: tf.Tensor[] = []
      const outputParts: tf.Tensor[] = []
      const xParts: tf.Tensor[] = []
      let later: tf.Tensor = tf.zeros([batch, hidden]) // gradient of the carried activation, summed over later dimensions
      for (const from of [...starts].reverse()) {
        const parts = tf.tidy((): tf.Tensor[] => {
          const inputs = blockInputs(savedX!, savedWeight!, from, sizeAt(from))
          const { size } = inputs
          const upstream = tf.expandDims(tf.slice(gradient, [0, from], [batch, size]), 2) // [B, k, 1]
          const h = hiddenLayers(inputs, carried[from / blockSize]!)
          const outputPart = tf.sum(tf.mul(h, upstream), 0) // [B, k, H] -> [k, H]
          const activations = sigmoidGradient(h, tf.mul(upstream, outputBlock(savedOutput!, from))) // [B, k, H]
          const flat = tf.reshape(activations, [batch * size, hidden]) as tf.Tensor2D
          const weightPart = tf.add(tf.matMul(inputs.before, flat, true), tf.matMul(inputs.x, later as tf.Tensor2D, true)) // [k, H]
          const next = tf.add(later, tf.sum(activations, 1)) // [B, H]
          if (!withX) return [next, weightPart, outputPart]
          const step = tf.range(0, size, 1, 'int32')
          const earlier = tf.cast(tf.greater(tf.expandDims(step, 1), tf.expandDims(step, 0)), 'float32')
          const inside = tf.sum(tf.mul(tf.reshape(tf.matMul(flat, inputs.weight, false, true), [batch, size, size]), earlier), 1) // [B, k, k] -> [B, k]
          return [next, weightPart, outputPart, tf.add(inside, tf.matMul(later as tf.Tensor2D, inputs.weight, false, true))]
        })
        later.dispose()
        later = parts[0]!
        weightParts.unshift(parts[1]!)
        outputParts.unshift(parts[2]!)
        if (withX) xParts.unshift(parts[3]!)
      }
      const joined = (tensors: tf.Tensor[], axis: number): tf.Tensor => (tensors.length === 1 ? tensors[0]! : tf.concat(tensors, axis))
      return { weight: joined(weightParts, 0), output: joined(outputParts, 0), bias: tf.sum(later, 0), x: withX ? joined(xParts, 1) : null }
    }
    const parameterGradients = (): { weight: tf.Tensor; output: tf.Tensor; bias: tf.Tensor } => (parameters ??= sweep(false))
    return {
      x: () => sweep(true).x!,
      weight: () => parameterGradients().weight,
      output: () => parameterGradients().output,
      bias: () => parameterGradients().bias,
    }
  }
  return differentiable({ x, weight, output, bias }, forward, backward)
}
