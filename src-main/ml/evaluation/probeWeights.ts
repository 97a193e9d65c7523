import type { Model } from '../models/model'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'

/** Weights far from uniform and from symmetric: normal, of a size that keeps every layer's output near 1. */
export function farFromUniform(model: Model, seed: number, gain = 1.6): Record<string, tf.Tensor> {
  return Object.fromEntries(
    model.parameters.map((parameter) => {
      const { name, shape } = parameter
      if (parameter.structure) return [name, tf.tensor(initialParameters([parameter], seed)[name]!, shape)]
      const size = shape.reduce((product, length) => product * length, 1)
      const inputs = shape.length > 1 ? size / shape.at(-1)! : 16
      const values = randomStream(seed, `exactness/${name}`).fillNormal(new Float32Array(size))
      return [
        name,
        tf.tensor(
          values.map((value) => (value * gain) / Math.sqrt(inputs)),
          shape,
        ),
      ]
    }),
  )
}
