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

/** What of whole parameters lies beyond their parts, in rows from left to right: the compiled step does not keep it. */
export type Beyond = ReadonlyMap<string, Float32Array>

export function beyondParts(parameters: readonly ParameterSpec[], whole: TensorMap): Beyond {
  return new Map(
    parameters.flatMap(({ name, shape, parts }): [string, Float32Array][] => {
      if (!parts) return []
      const { data } = whole.get(name)!
      return [[name, Float32Array.from(indicesBeyond(shape, parts), (index) => data[index]!)]]
    }),
  )
}

/** Whole parameters of their variables' values, and of what lies beyond their parts: 0 where it is not given. */
export function wholeParameters(variables: readonly StoredVariable[], values: readonly Float32Array[], beyond: Beyond): TensorMap {
  const whole: TensorMap = new Map()
  variables.forEach(({ parameter: { name, shape, parts = [] }, part }, index) => {
    if (!part) return void whole.set(name, { shape, data: values[index]!.slice() })
    let data = whole.get(name)?.data
    if (!data) {
      data = new Float32Array(shape[0]! * shape[1]!)
      whole.set(name, { shape, data })
      const rest = beyond.get(name)
      if (rest) {
        let next = 0
        for (const at of indicesBeyond(shape, parts)) data[at] = rest[next++]!
      }
    }
    pastePart(data, shape[1]!, part, values[index]!)
  })
  return whole
}

/** Columns lie side by side in the parts, so that in each row some of them are beyond. */
function* indicesBeyond([height, width]: readonly number[], parts: readonly MatrixPart[]): Generator<number> {
  for (let row = 0; row < height!; row++)
    for (const { rows, start, end } of parts) if (row >= rows) for (let column = start; column < end; column++) yield row * width! + column
}
