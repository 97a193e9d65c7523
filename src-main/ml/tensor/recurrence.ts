import { jointlyDifferentiable } from './jointly'
import { linear, matMul } from './linear'
import { attributes, nativeBackend } from './native'
import type { NativeBackend } from './native'
import { sigmoid, tanh } from './ops'
import { statesBefore, stepsOf } from './steps'
import { tf } from './tf'

const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape[2]!])

/**
 * A layer of a simple recurrent net (Elman 1990) from a zero state: h_t = tanh([x_t, h_{t−1}] W + b).
 * x [T, B, I], weight [I + H, H] (rows of x, then of h), bias [H] -> h [T, B, H].
 *
 * What the inputs contribute is one product for all steps, and so are the gradients of the weights; only the recurrence itself is taken step
 * by step: a product, a sum and a tanh each way.
 */
export function elman(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const inputs = x.shape[2]!
  const hidden = bias.shape[0]!
  const drive = linear(x, tf.slice(weight, [0, 0], [inputs, hidden]), bias) // [T, B, I] -> [T, B, H]
  const recurrent = tf.slice(weight, [inputs, 0], [hidden, hidden])
  return jointlyDifferentiable<tf.Tensor3D>(
    [drive, recurrent],
    ([given, U], save) => {
      const [first, ...later] = stepsOf(given!)
      const states = [tf.tanh(first!)]
      for (const step of later) states.push(tf.tanh(tf.add(matMul(states.at(-1)!, U!), step)))
      const h = tf.stack(states) as tf.Tensor3D
      save(h)
      return tf.clone(h)
    },
    (gradient, [, U], [h]) => {
      const states = stepsOf(h!)
      const upstream = stepsOf(gradient)
      const activations = new Array<tf.Tensor>(states.length)
      let total = upstream.at(-1)!
      for (let step = states.length - 1; step >= 0; step--) {
        activations[step] = tanhGradient(states[step]!, total)
        if (step > 0) total = tf.add(upstream[step - 1]!, matMul(activations[step]!, U!, false, true))
      }
      const all = tf.stack(activations) // [T, B, H]
      return [all, matMul(flat(statesBefore(h!)), flat(all), true)]
    },
  )
}

/** dy · (1 − y²) */
function tanhGradient(y: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  return native ? native.executeSingleOutput('TanhGrad', [attributes(native).float32()], [y, dy]) : tf.mul(dy, tf.sub(1, tf.square(y)))
}

export interface GruWeights {
  /** [I + H, 2H]: rows of x, then of h; columns of the reset gate r, then of the update gate z. */
  gates: tf.Tensor
  /** [2H] */
  gatesBias: tf.Tensor
  /** [I + H, H] */
  candidate: tf.Tensor
  /** [H] */
  candidateBias: tf.Tensor
}

/**
 * A layer of gated recurrent units (Cho et al. 2014) from a zero state:
 *   r_t, z_t = σ([x_t, h_{t−1}] W + b),  n_t = tanh([x_t, r_t ⊙ h_{t−1}] V + c),  h_t = z_t ⊙ h_{t−1} + (1 − z_t) ⊙ n_t
 * x [T, B, I] -> h [T, B, H]. On the native engine each step is one kernel each way, and the gradients of the weights are products over all steps.
 */
export function gru(x: tf.Tensor, weights: GruWeights): tf.Tensor3D {
  const native = nativeBackend()
  return native ? blockGru(native, x, weights) : unrolledGru(x, weights)
}

function blockGru(native: NativeBackend, x: tf.Tensor, { gates, gatesBias, candidate, candidateBias }: GruWeights): tf.Tensor3D {
  const [, batch] = x.shape as [number, number, number]
  const hidden = candidateBias.shape[0]!
  const { float32 } = attributes(native)
  return jointlyDifferentiable<tf.Tensor3D>(
    [x, gates, gatesBias, candidate, candidateBias],
    ([given, W, b, V, c], save) => {
      let h: tf.Tensor = tf.zeros([batch, hidden])
      const kept = stepsOf(given!).map((step) => {
        const outputs = native.executeMultipleOutputs('GRUBlockCell', [float32()], [step, h, W!, V!, b!, c!], 4) // r, z, n, h
        h = outputs[3]!
        return outputs
      })
      const [r, z, n, states] = [0, 1, 2, 3].map((output) => tf.stack(kept.map((outputs) => outputs[output]!))) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      save(r, z, n, states)
      return tf.clone(states) as tf.Tensor3D
    },
    (gradient, [given, W, b, V, c], [r, z, n, states]) => {
      const previous = statesBefore(states!)
      const [xs, hs, rs, zs, ns, upstream] = [given!, previous, r!, z!, n!, gradient].map(stepsOf) as [tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[]]
      const parts = new Array<tf.Tensor[]>(xs.length)
      let total = upstream.at(-1)!
      for (let step = xs.length - 1; step >= 0; step--) {
        const operands = [xs[step]!, hs[step]!, W!, V!, b!, c!, rs[step]!, zs[step]!, ns[step]!, total]
        parts[step] = native.executeMultipleOutputs('GRUBlockCellGrad', [float32()], operands, 4) // of x, h_{t−1}, candidate and gate activations
        if (step > 0) total = tf.add(upstream[step - 1]!, parts[step]![1]!)
      }
      const [dx, dn, dg] = [0, 2, 3].map((output) => tf.stack(parts.map((outputs) => outputs[output]!))) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const [ofCandidate, ofGates] = [flat(dn), flat(dg)]
      const products = (state: tf.Tensor, of: tf.Tensor): tf.Tensor => matMul(tf.concat([flat(given!), flat(state)], 1), of, true)
      return [dx, products(previous, ofGates), tf.sum(ofGates, 0), products(tf.mul(r!, previous), ofCandidate), tf.sum(ofCandidate, 0)]
    },
  )
}

/** The same from plain ops: the portable form, and the reference of the tests. */
export function unrolledGru(x: tf.Tensor, { gates, gatesBias, candidate, candidateBias }: GruWeights): tf.Tensor3D {
  const hidden = candidateBias.shape[0]!
  let h: tf.Tensor = tf.zeros([x.shape[1]!, hidden])
  const outputs = stepsOf(x).map((step) => {
    const [r, z] = tf.split(sigmoid(linear(tf.concat([step, h], 1), gates, gatesBias)), 2, 1) as [tf.Tensor, tf.Tensor]
    const n = tanh(linear(tf.concat([step, tf.mul(r, h)], 1), candidate, candidateBias))
    h = tf.add(n, tf.mul(z, tf.sub(h, n)))
    return h
  })
  return tf.stack(outputs) as tf.Tensor3D
}
