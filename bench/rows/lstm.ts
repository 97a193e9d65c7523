import { familyDescription } from '../../src-main/contract/inspect/registry'
import { bernoulli } from '../../src-main/ml/distributions/bernoulli'
import type { Model } from '../../src-main/ml/models/model'
import { parameterOf } from '../../src-main/ml/models/parameterOf'
import { lstm as lstmLayer } from '../../src-main/ml/tensor/lstm'
import { biasAdd } from '../../src-main/ml/tensor/ops'
import { tf } from '../../src-main/ml/tensor/tf'
import { trainingRow } from '../harness/trainingRow'

const STEPS = 784
const HIDDEN = 64

/** p(x_t = 1 | x_<t) = σ(v · h_t + c), h the states of one LSTM over the pixels before, the first of which is 0. */
function model(): Model {
  return {
    parameters: [
      { name: 'lstm.weight', shape: [1 + HIDDEN, 4 * HIDDEN], init: { kind: 'uniform', limit: 0.15 } },
      { name: 'lstm.bias', shape: [4 * HIDDEN], init: { kind: 'uniform', limit: 0.15 } },
      { name: 'output.weight', shape: [HIDDEN, 1], init: { kind: 'uniform', limit: 0.3 } },
      { name: 'output.bias', shape: [1], init: { kind: 'zeros' } },
    ],
    distribution: bernoulli,
    ordering: Int32Array.from({ length: STEPS }, (_value, step) => step),
    conditionals(parameters, x) {
      const batch = x.shape[0]!
      const before = tf.pad(tf.slice(x, [0, 0], [batch, STEPS - 1]), [
        [0, 0],
        [1, 0],
      ])
      const inputs = tf.expandDims(tf.transpose(before), 2) // [B, T] -> [T, B, 1]
      const h = lstmLayer(inputs, parameterOf(parameters, 'lstm.weight'), parameterOf(parameters, 'lstm.bias')) // [T, B, H]
      const flat = tf.matMul(tf.reshape(h, [STEPS * batch, HIDDEN]) as tf.Tensor2D, parameterOf(parameters, 'output.weight') as tf.Tensor2D)
      const logits = tf.reshape(biasAdd(flat, parameterOf(parameters, 'output.bias')), [STEPS, batch])
      return tf.expandDims(tf.transpose(logits), 2) // [T, B] -> [B, T, 1]
    },
  }
}

export const lstm = trainingRow({
  name: 'lstm',
  title: 'Training step: LSTM of 64 units over 784 steps, batch 32',
  target: 1.2,
  family: familyDescription('lstm'),
  model,
  batchSize: 32,
  dimensions: STEPS,
  module: 'lstm',
  watchMemory: true,
})
