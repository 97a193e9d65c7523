import { eagerLogProb } from '../evaluation/logProb'
import { tf } from '../tensor/tf'
import { readTensors } from './learner'
import type { Learner, LearnerOptions, TensorMap } from './learner'
import { batchInputs, batchOf, batchTensors, lossAndGradients } from './objective'
import { averageDecay } from './schedule'
import { createVariables } from './variables'
import type { Part, Variables } from './variables'

/** Runs op by op: the reference that the compiled learner is tested against, and the only kind on WebAssembly. */
export function createEagerLearner(options: LearnerOptions, variables: Variables = createVariables(options.model.parameters, options)): Learner {
  const { model, batchShape, masked, gradientClip, ema, seed } = options
  const inputs = batchInputs(model, batchShape, masked)
  const names = model.parameters.map(({ name }) => name)

  const readPart = (part: Part): TensorMap => readTensors(model, variables.read(part))

  return {
    kind: 'eager',
    step(batch, learningRate, step) {
      return tf.tidy(() => {
        const parameters = variables.read('weights')
        const [loss, ...gradients] = lossAndGradients(model, names, parameters, batchOf(inputs, batchTensors(model, batchShape, batch, seed, step)))
        // Freed before the update, so that TensorFlow need not copy what is still being read.
        tf.dispose(parameters)
        const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))))
        const gradientNorm = norm.dataSync()[0]!
        const scale = gradientClip !== null && gradientNorm > gradientClip ? gradientClip / gradientNorm : 1
        variables.applyAdam(scale === 1 ? gradients : gradients.map((gradient) => tf.mul(gradient, scale)), learningRate, step)
        if (ema !== null) variables.updateAverage(averageDecay(ema, step))
        return { nats: loss.dataSync()[0]!, gradientNorm }
      })
    },
    logProb: (weights) => eagerLogProb(model, () => variables.read(weights === 'raw' ? 'weights' : 'ema'), seed),
    read: () => ({
      weights: readPart('weights'),
      ema: ema === null ? null : readPart('ema'),
      firstMoment: readPart('firstMoment'),
      secondMoment: readPart('secondMoment'),
    }),
    write(state) {
      variables.write('weights', state.weights)
      variables.write('firstMoment', state.firstMoment)
      variables.write('secondMoment', state.secondMoment)
      if (ema !== null) variables.write('ema', state.ema ?? state.weights)
    },
    dispose: () => variables.dispose(),
  }
}
