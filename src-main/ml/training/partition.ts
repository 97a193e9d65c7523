import type { ParameterSpec } from '../models/model'
import { cutPart, partName, pastePart } from '../tensor/matrixParts'
import type { MatrixPart } from '../tensor/matrixParts'
import type { TensorMap } from './learner'

/** A variable of a compiled step: a parameter, or a part of one. */
export interface StoredVariable {
  name: string
  shape: number[]
  parameter: ParameterSpec
  part: MatrixPart | null
}

/**
 * The variables that a compiled step keeps the parameters in. What takes no part in a parameter (masked weights of MADE) has no gradient
 * and is not among them: neither the optimizer nor the average passes over it.
 */
export function storedVariables(parameters: readonly ParameterSpec[]): StoredVariable[] {
  return parameters.flatMap((parameter): StoredVariable[] => {
    const { name, shape, parts } = parameter
    if (!parts) return [{ name, shape, parameter, part: null }]
    return parts.map((part, index) => ({ name: partName(name, index), shape: [part.rows, part.end - part.start], parameter, part }))
  })
}

/** The values of the variables, in their order, out of whole parameters. */
export function partValues(variables: readonly StoredVariable[], whole: TensorMap): Float32Array[] {
  return variables.map(({ parameter, part }) => {
    const { data } = whole.get(parameter.name)!
    return part ? cutPart(data, parameter.shape[1]!, part) : data
  })
}

/** Whole parameters of their variables' values. Where no part lies they are as `before`. */
export function wholeParameters(variables: readonly StoredVariable[], values: readonly Float32Array[], before: TensorMap): TensorMap {
  const whole: TensorMap = new Map()
  variables.forEach(({ parameter: { name, shape }, part }, index) => {
    if (!part) return void whole.set(name, { shape, data: values[index]!.slice() })
    const { data } = whole.get(name) ?? { data: before.get(name)!.data.slice() }
    pastePart(data, shape[1]!, part, values[index]!)
    whole.set(name, { shape, data })
  })
  return whole
}
