import type { tf } from '../tensor/tf'
import type { Parameters } from './model'

/** The named parameter; a missing one is a fault of whoever loaded the weights, and said so. */
export function parameterOf(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters[name]
  if (!tensor) throw new Error(`The weights lack the tensor '${name}'. They hold ${Object.keys(parameters).join(', ')}.`)
  return tensor
}
