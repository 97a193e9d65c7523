import { numbersOf } from '../tensor/numbersOf'
import { tf } from '../tensor/tf'
import { convAtPixel, squareAround } from './convnadeNet'
import type { ConvNet } from './convnadeNet'
import { hiddenOfActivation, scaledLevel } from './maskedNet'
import type { MaskedNet } from './maskedNet'
import type { CachedSampler, Weights } from './model'

interface ConvNadeSamplerOptions {
  net: ConvNet
  dense: MaskedNet | null
  weights: Weights
  batch: number
  ordering: Int32Array
  levels: number
}

/**
 * Each step convolves the square around its own pixel alone; the first layer of the dense branch is carried, and of its output only the rows of that
 * dimension are computed. Weights are small, so they are given to the engine anew at each step and nothing is left there between two.
 */
export function convNadeSampler({ net, dense, weights, batch, ordering, levels }: ConvNadeSamplerOptions): CachedSampler {
  const { colours, outputs: P, reach } = net
  const D = ordering.length
  const side = 2 * reach + 1
  const planes = 2 * colours + 1
  const { scale, shift } = scaledLevel(levels)
  // Values as they enter, 0 where nothing is known or beyond the image; and whether a dimension is known.
  const values = new Float32Array(batch * (D + 1))
  const known = new Float32Array(D + 1)
  const bias = weights.get('bias')!.data
  const convNames = [...weights.keys()].filter((name) => !name.startsWith('dense.') && name !== 'bias')
  const branch = dense ? denseBranch(dense, weights, batch) : null
  const filled = new Float32Array(batch * side * side * planes)
  const within = new Float32Array(side * side)

  const fill = (dimension: number): void => {
    const square = squareAround(net, dimension)
    for (let place = 0; place < within.length; place++) within[place] = Number(square[place * colours]! < D)
    for (let sample = 0; sample < batch; sample++) {
      for (let place = 0; place < within.length; place++) {
        const at = (sample * within.length + place) * planes
        for (let colour = 0; colour < colours; colour++) {
          const source = square[place * colours + colour]!
          filled[at + colour] = values[sample * (D + 1) + source]!
          filled[at + colours + colour] = known[source]!
        }
        filled[at + planes - 1] = within[place]!
      }
    }
  }
  return {
    logits(step) {
      const dimension = ordering[step]!
      fill(dimension)
      return numbersOf(() => {
        const named = Object.fromEntries(convNames.map((name) => [name, tf.tensor(weights.get(name)!.data, weights.get(name)!.shape)]))
        const convolved = convAtPixel(net, named, tf.tensor(filled, [batch, side, side, planes]), tf.tensor(within, [1, side, side, 1])) // [B, C·P]
        const own = tf.slice(convolved, [0, (dimension % colours) * P], [batch, P])
        const start = tf.tensor(bias.subarray(dimension * P, (dimension + 1) * P), [1, P])
        const all = branch ? tf.add(own, branch.outputs(dimension)) : own
        return tf.add(all, start)
      })
    },
    accept(step, drawn) {
      const dimension = ordering[step]!
      known[dimension] = 1
      for (let sample = 0; sample < batch; sample++) values[sample * (D + 1) + dimension] = scale * drawn[sample]! + shift
      branch?.accept(dimension, (sample) => values[sample * (D + 1) + dimension]!)
    },
  }
}

/** The dense net with the activation of its first layer carried. */
function denseBranch(net: MaskedNet, weights: Weights, batch: number) {
  const { prefix, hidden, outputs: P } = net
  const first = hidden[0]!
  const last = hidden.at(-1)!
  const data = (name: string): Float32Array => weights.get(prefix + name)!.data
  const [W, M, output] = [data('hidden.0.weight'), data('mask.weight'), data('output.weight')]
  const carried = new Float32Array(batch * first)
  for (let sample = 0; sample < batch; sample++) carried.set(data('hidden.0.bias'), sample * first)
  const deeper = [...weights.keys()].filter((name) => /^dense\.hidden\.[1-9]/.test(name))
  return {
    /** [B, P] of one dimension, without the bias. */
    outputs(dimension: number): tf.Tensor {
      const named = Object.fromEntries(deeper.map((name) => [name, tf.tensor(weights.get(name)!.data, weights.get(name)!.shape)]))
      const h = hiddenOfActivation(net, named, tf.tensor(carried, [batch, first]))
      return tf.matMul(h as tf.Tensor2D, tf.tensor(output.subarray(dimension * P * last, (dimension + 1) * P * last), [P, last]) as tf.Tensor2D, false, true)
    },
    accept(dimension: number, valueOf: (sample: number) => number): void {
      const row = dimension * first
      for (let sample = 0; sample < batch; sample++) {
        const value = valueOf(sample)
        const offset = sample * first
        for (let unit = 0; unit < first; unit++) carried[offset + unit] = carried[offset + unit]! + value * W[row + unit]! + M[row + unit]!
      }
    },
  }
}
