import { eagerLogProb } from '../evaluation/logProb'
import { tf } from '../tensor/tf'
import { readTensors, zerosLike } from './learner'
import type { Learner, LearnerOptions, TensorMap } from './learner'
import { batchInputs, batchOf, batchTensors, lossAndGradients } from './objective'
import { createOptimizer } from './optimizers'
import { averageDecay } from './schedule'
import { createVariables } from './variables'
import type { Part } from './variables'

/** Runs op by op: the reference that the compiled learner is tested against, and the only kind on WebAssembly. */
export function createEagerLearner(options: LearnerOptions, create = createVariables): Learner {
  const { model, batchShape, masked, gradientClip, ema, seed } = options
  const optimizer = createOptimizer(options)
  const variables = create(model.parameters, optimizer)
  const inputs = batchInputs(model, batchShape, masked)
  const names = model.parameters.map(({ name }) => name)

  const readPart = (part: Part): TensorMap => readTensors(model, variables.read(part))

  return {
    kind: 'eager',
    step(batch, learningRate, step, observe) {
      return tf.tidy(() => {
        const parameters = variables.read('weights')
        const [loss, ...gradients] = lossAndGradients(
          model,
          names,
          parameters,
          batchOf(inputs, batchTensors(model, batchShape, batch, seed, step)),
        )
        // Freed before the update, so that TensorFlow need not copy what is still being read.
        tf.dispose(parameters)
        const nats = loss.dataSync()[0]!
        const gradientNorm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))).dataSync()[0]!
        const applied = Number.isFinite(nats) && Number.isFinite(gradientNorm)
        if (applied) {
          const scale = gradientClip !== null && gradientNorm > gradientClip ? gradientClip / gradientNorm : 1
          variables.apply(scale === 1 ? gradients : gradients.map((gradient) => tf.mul(gradient, scale)), optimizer.fed(learningRate, step))
          if (ema !== null) variables.updateAverage(averageDecay(ema, step))
        }
        if (observe) {
          const updated = variables.read('weights')
          names.forEach((name, index) => observe(name, gradients[index]!.dataSync() as Float32Array, updated[name]!.dataSync() as Float32Array))
        }
        return { nats, gradientNorm, applied }
      })
    },
    logProb: (weights) => eagerLogProb(model, () => variables.read(weights === 'raw' ? 'weights' : 'ema'), seed),
    read: () => ({
      weights: readPart('weights'),
      ema: ema === null ? null : readPart('ema'),
      slots: Object.fromEntries(optimizer.rule.slots.map((slot) => [slot, readPart({ slot })])),
    }),
    write(state) {
      variables.write('weights', state.weights)
      for (const slot of optimizer.rule.slots) variables.write({ slot }, state.slots[slot] ?? zerosLike(state.weights))
      if (ema !== null) variables.write('ema', state.ema ?? state.weights)
    },
    dispose: () => variables.dispose(),
  }
}
