import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'

/** NADE with any inputs and outputs. D dimensions, H hidden units, P outputs for each dimension. */
export interface NadeShape {
  dimensions: number
  hidden: number
  outputs: number
  /** K where the input is a level that picks one of K rows of weights, null where it is a number that scales one. */
  levels: number | null
  activation: 'sigmoid' | 'relu'
  /** Dimensions evaluated together. */
  blockSize: number
}

export interface NadeWeights {
  /** W [D, H], or [D, K, H] */
  input: tf.Tensor
  /** V [D, H, P] */
  output: tf.Tensor
  /** c [H] */
  bias: tf.Tensor
  /** ρ [D], which scales the activation before the nonlinearity, as it grows with the number of inputs (RNADE); ones where there is none. */
  rescale: tf.Tensor
}

/** [k, k] of ones below the diagonal. */
function strictlyLower(size: number): tf.Tensor2D {
  const step = tf.range(0, size, 1, 'int32')
  return tf.cast(tf.greater(tf.expandDims(step, 1), tf.expandDims(step, 0)), 'float32') as tf.Tensor2D
}

/**
 * Outputs V_i g(ρ_i (c + Σ_{j<i} u_j)) of every dimension i, u_j = W_j x_j or the row of W_j that level x_j picks:
 * x [B, D] in the order of generation -> [B, D, P].
 *
 * Like `nadeProjections` in blocks of k dimensions, with the hidden layers computed again in the backward pass: memory O(B·k·H) besides the D/k carried
 * activations [B, H]. Inside, dimensions come first, [k, B, H], so that the sum over earlier dimensions is one product with a triangle.
 */
export function nadeOutputs(shape: NadeShape, x: tf.Tensor, weights: NadeWeights): tf.Tensor {
  const { dimensions: D, hidden: H, outputs: P, levels, activation, blockSize } = shape
  const batch = x.shape[0]!
  const rowsEach = levels ?? 1
  const starts = Array.from({ length: Math.ceil(D / blockSize) }, (_value, block) => block * blockSize)
  const sizeAt = (from: number): number => Math.min(blockSize, D - from)

  // All weights as one tensor: one sweep backwards gives all their gradients, so they must be one input.
  const sizes = [D * rowsEach * H, D * H * P, H, D]
  const offsets = sizes.map((_size, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
  const packed = tf.concat([weights.input, weights.output, weights.bias, weights.rescale].map((tensor) => tf.reshape(tensor, [-1])), 0)
  const part = (all: tf.Tensor, index: number, start: number, size: number, to: number[]): tf.Tensor =>
    tf.reshape(tf.slice(all, [offsets[index]! + start], [size]), to)

  interface Block {
    size: number
    /** [k·K, H] */
    input: tf.Tensor
    /** [k, H, P] */
    output: tf.Tensor
    /** [k, 1, 1] */
    rescale: tf.Tensor
    /** [k, B]: the values, or the rows of `input` that the levels pick. */
    picked: tf.Tensor
    /** u [k, B, H] */
    contributions: tf.Tensor
  }
  const blockAt = (all: tf.Tensor, values: tf.Tensor, from: number): Block => {
    const size = sizeAt(from)
    const input = part(all, 0, from * rowsEach * H, size * rowsEach * H, [size * rowsEach, H])
    const own = tf.slice(values, [from, 0], [size, batch]) // [k, B]
    const picked = levels === null ? own : tf.add(tf.cast(own, 'int32'), tf.expandDims(tf.range(0, size * levels, levels, 'int32'), 1))
    return {
      size,
      input,
      output: part(all, 1, from * H * P, size * H * P, [size, H, P]),
      rescale: part(all, 3, from, size, [size, 1, 1]),
      picked,
      contributions: levels === null ? tf.mul(tf.expandDims(own, 2), tf.expandDims(input, 1)) : tf.gather(input, picked as tf.Tensor2D),
    }
  }
  /** Σ of earlier (or by the transposed triangle of later) dimensions of the block, [k, B, H] -> [k, B, H] */
  const triangle = (tensor: tf.Tensor, size: number, later: boolean): tf.Tensor =>
    tf.reshape(tf.matMul(strictlyLower(size), tf.reshape(tensor, [size, batch * H]) as tf.Tensor2D, later), [size, batch, H])
  const hiddenOf = (block: Block, carried: tf.Tensor): { sums: tf.Tensor; h: tf.Tensor } => {
    const sums = tf.add(triangle(block.contributions, block.size, false), tf.expandDims(carried, 0))
    const scaled = tf.mul(sums, block.rescale)
    return { sums, h: activation === 'relu' ? tf.relu(scaled) : tf.sigmoid(scaled) }
  }
  const slope = (h: tf.Tensor): tf.Tensor => (activation === 'relu' ? tf.cast(tf.greater(h, 0), 'float32') : tf.mul(h, tf.sub(1, h)))

  const forward = (save: (...tensors: tf.Tensor[]) => void): tf.Tensor => {
    const values = tf.transpose(x) // [B, D] -> [D, B]
    const carried: tf.Tensor[] = []
    const outputs: tf.Tensor[] = []
    let running: tf.Tensor = tf.mul(tf.ones([batch, 1]), part(packed, 2, 0, H, [1, H])) // [B, H]
    for (const from of starts) {
      carried.push(running)
      const [output, next] = tf.tidy((): tf.Tensor[] => {
        const block = blockAt(packed, values, from)
        const { h } = hiddenOf(block, running)
        return [tf.matMul(h, block.output), tf.add(running, tf.sum(block.contributions, 0))]
      })
      outputs.push(output!)
      running = next!
    }
    save(values, packed, ...carried)
    return tf.transpose(outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 0), [1, 0, 2]) // [D, B, P] -> [B, D, P]
  }

  /** From the last block to the first; the gradient of x, which training never asks for, is a sweep of its own. */
  const sweep = (of: 'x' | 'packed', gradient: tf.Tensor, [values, all, ...carried]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => {
      const upstream = tf.transpose(gradient, [1, 0, 2]) // [D, B, P]
      const parts: tf.Tensor[][] = [[], [], [], []]
      const inputs: tf.Tensor[] = []
      let later: tf.Tensor = tf.zeros([batch, H]) // gradient of the carried activation, summed over later dimensions
      for (const from of [...starts].reverse()) {
        const results = tf.tidy((): tf.Tensor[] => {
          const block = blockAt(all!, values!, from)
          const { size } = block
          const own = tf.slice(upstream, [from, 0, 0], [size, batch, P])
          const { sums, h } = hiddenOf(block, carried[from / blockSize]!)
          const scaled = tf.mul(tf.matMul(own, block.output, false, true), slope(h)) // [k, B, H]
          const activations = tf.mul(scaled, block.rescale)
          const contributions = tf.add(triangle(activations, size, true), tf.expandDims(later, 0)) // of u
          const next = tf.add(later, tf.sum(activations, 0))
          if (of === 'x') return [next, tf.sum(tf.mul(contributions, tf.expandDims(block.input, 1)), 2)] // [k, B]
          const input =
            levels === null
              ? tf.sum(tf.mul(contributions, tf.expandDims(block.picked, 2)), 1)
              : tf.unsortedSegmentSum(tf.reshape(contributions, [size * batch, H]), tf.reshape(block.picked, [-1]) as tf.Tensor1D, size * levels)
          return [next, tf.reshape(input, [-1]), tf.reshape(tf.matMul(h, own, true), [-1]), tf.sum(tf.mul(scaled, sums), [1, 2])]
        })
        later.dispose()
        later = results[0]!
        if (of === 'x') inputs.unshift(results[1]!)
        else [0, 1, 3].forEach((index, position) => parts[index]!.unshift(results[position + 1]!))
      }
      if (of === 'x') return tf.transpose(inputs.length === 1 ? inputs[0]! : tf.concat(inputs, 0))
      return tf.concat([...parts[0]!, ...parts[1]!, tf.sum(later, 0), ...parts[3]!], 0)
    })
  // Levels are no numbers to descend along.
  const differentiated: Record<string, tf.Tensor> = levels === null ? { x, packed } : { packed }
  return differentiable(differentiated, forward, (gradient, saved) => ({
    x: () => sweep('x', gradient, saved),
    packed: () => sweep('packed', gradient, saved),
  }))
}
