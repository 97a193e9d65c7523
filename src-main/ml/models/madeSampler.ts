import type { MadeConfig } from '../../contract/inspect/made'
import type { MadeDegrees } from '../../contract/inspect/madeDegrees'
import { maskedValues } from '../layers/maskedDense'
import type { CachedSampler } from './model'

interface MadeSamplerOptions {
  weights: ReadonlyMap<string, { shape: number[]; data: Float32Array }>
  batch: number
  degrees: MadeDegrees
  ordering: Int32Array
  levels: number
  oneHot: boolean
  perDimension: number
  config: MadeConfig
}

/**
 * MADE computes each unit once per sample: a unit of degree m is final as soon as m dimensions are known. So the units of a layer are
 * visited in the order of their degrees, each when its degree is reached, and an output is read only when its turn comes.
 * The whole sample costs about one forward pass of dot products.
 */
export function madeSampler({
  weights,
  batch,
  degrees,
  ordering,
  levels,
  oneHot,
  perDimension,
  config,
}: MadeSamplerOptions): CachedSampler {
  const layers = [degrees.input, ...degrees.hidden]
  const data = (name: string): Float32Array => weights.get(name)!.data
  const hidden = degrees.hidden.map((units, layer) => ({
    inputs: layers[layer]!.length,
    units: units.length,
    // [out][in]: the inputs of a unit lie together.
    weight: transposed(maskedValues(data(`hidden.${layer}.weight`), layers[layer]!, units, 'at most'), layers[layer]!.length, units.length),
    bias: data(`hidden.${layer}.bias`),
    byDegree: unitsByDegree(units, ordering.length),
    values: new Float32Array(batch * units.length),
  }))
  const last = layers.at(-1)!
  const outputWeight = transposed(maskedValues(data('output.weight'), last, degrees.output, 'below'), last.length, degrees.output.length)
  const directWeight = config.direct
    ? transposed(maskedValues(data('direct.weight'), degrees.input, degrees.output, 'below'), degrees.input.length, degrees.output.length)
    : null
  const outputBias = data('output.bias')
  const inputs = new Float32Array(batch * degrees.input.length)
  const out = new Float32Array(batch * perDimension)

  const activate = (value: number): number => {
    if (config.activation === 'relu') return value > 0 ? value : 0
    if (config.activation === 'tanh') return Math.tanh(value)
    return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)))
  }
  /** Units of degree `degree` in every layer: all that they see is known now. */
  const complete = (degree: number): void => {
    hidden.forEach((layer, index) => {
      const below = index === 0 ? inputs : hidden[index - 1]!.values
      for (const unit of layer.byDegree[degree]!) {
        for (let sample = 0; sample < batch; sample++) {
          layer.values[sample * layer.units + unit] = activate(
            layer.bias[unit]! + dot(layer.weight, unit * layer.inputs, below, sample * layer.inputs, layer.inputs),
          )
        }
      }
    })
  }
  return {
    logits(step) {
      const dimension = ordering[step]!
      const top = hidden.at(-1)!
      for (let sample = 0; sample < batch; sample++) {
        for (let parameter = 0; parameter < perDimension; parameter++) {
          const unit = dimension * perDimension + parameter
          let value = outputBias[unit]! + dot(outputWeight, unit * top.units, top.values, sample * top.units, top.units)
          if (directWeight)
            value += dot(directWeight, unit * degrees.input.length, inputs, sample * degrees.input.length, degrees.input.length)
          out[sample * perDimension + parameter] = value
        }
      }
      return out
    },
    accept(step, values) {
      const dimension = ordering[step]!
      for (let sample = 0; sample < batch; sample++) {
        const value = values[sample]!
        const offset = sample * degrees.input.length
        if (oneHot) inputs[offset + dimension * levels + value] = 1
        else inputs[offset + dimension] = levels === 2 ? value : (2 / (levels - 1)) * value - 1
      }
      complete(step + 1)
    },
  }
}

function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let sum = 0
  for (let index = 0; index < length; index++) sum += a[fromA + index]! * b[fromB + index]!
  return sum
}

/** [rows, columns] -> [columns, rows] */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]!
  return result
}

/** Units of each degree 0…most. */
function unitsByDegree(degrees: Int32Array, most: number): number[][] {
  const lists: number[][] = Array.from({ length: most + 1 }, () => [])
  degrees.forEach((degree, unit) => lists[degree]?.push(unit))
  return lists
}
