import { partName } from '../tensor/matrixParts'
import type { tf } from '../tensor/tf'
import type { Parameters } from './model'

/** The named parameter; a missing one is a fault of whoever loaded the weights, and said so. */
export function parameterOf(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters[name]
  if (!tensor) throw new Error(`The weights lack the tensor '${name}'. They hold ${Object.keys(parameters).join(', ')}.`)
  return tensor
}

/** The named matrix, or where its parts stand for themselves, these. */
export function matrixOf(parameters: Parameters, name: string): tf.Tensor | tf.Tensor[] {
  const parts: tf.Tensor[] = []
  for (let part = parameters[partName(name, 0)]; part; part = parameters[partName(name, parts.length)]) parts.push(part)
  return parts.length > 0 ? parts : parameterOf(parameters, name)
}
