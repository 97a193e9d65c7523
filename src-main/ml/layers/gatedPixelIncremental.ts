import { accumulate } from './incremental'
import type { BuildIncremental } from './incremental'
import { maskedKernelValues } from './incrementalConvolution'
import { maskedValues } from './gatedKernels'
import type { KernelMask } from './gatedKernels'
import type { GatedShape } from './gatedPixel'

/**
 * A gated layer one pixel at a time. The vertical stack is computed a row at a time, since row r of it needs rows above r alone, which are
 * all known when the first pixel of r is drawn; the horizontal stack reads the row's features as it goes along.
 */
export function gatedIncremental(shape: GatedShape, horizontalMask: KernelMask | null): BuildIncremental {
  const { mask, kernel, shift, verticalInputs, from, verticalChannels, groupOf, conditionSize, contextChannels, grid } = shape
  const { height, width } = grid
  const half = Math.floor(kernel / 2)
  const channels = groupOf.length
  const inputs = from.length
  const rows = half + (mask === 'A' ? 0 : 1)
  // The topmost row that the kernel sees lies this far above.
  const up = mask === 'A' ? half - 1 + shift : half
  const first = mask === 'A'
  return (weight, batch, given) => {
    const vertical = { weight: weight('vertical.weight'), bias: weight('vertical.bias') }
    const across = weight('across.weight')
    const horizontal = { weight: maskedValues(weight('horizontal.weight'), horizontalMask), bias: weight('horizontal.bias') }
    const output = { weight: maskedKernelValues('B', 1, groupOf, groupOf, weight('output.weight')), bias: weight('output.bias') }
    // What comes in: for a first layer the image, which both stacks read; else the row below of each sample, and this row of the horizontal stack.
    const verticalMap = first ? null : new Float32Array(batch * height * width * verticalInputs)
    const horizontalMap = new Float32Array(batch * height * width * inputs)
    const below = verticalMap ?? horizontalMap
    // across · vertical features + biases of the current row of each sample.
    const prepared = new Float32Array(batch * width * 2 * channels)
    const verticalGates = new Float32Array(2 * verticalChannels)
    const rowOut = new Float32Array(width * verticalChannels)
    const features = new Float32Array(2 * channels)
    const z = new Float32Array(channels)
    const addVertical = addedToGates('vertical', verticalChannels)
    const addHorizontal = addedToGates('horizontal', channels)

    /** V h of every sample, and V s of a map, added to the gates of one stack at one position. */
    function addedToGates(stack: 'vertical' | 'horizontal', size: number): (target: Float32Array, sample: number, position: number) => void {
      const conditionWeight = conditionSize > 0 ? weight(`condition.${stack}`) : null
      const contextWeight = contextChannels > 0 ? weight(`context.${stack}`) : null
      const fixed = new Float32Array(batch * 2 * size)
      if (conditionWeight) {
        for (let sample = 0; sample < batch; sample++) {
          const own = new Float32Array(2 * size)
          accumulate(own, 2 * size, given.condition!, sample * conditionSize, conditionSize, conditionWeight, 0)
          fixed.set(own, sample * 2 * size)
        }
      }
      return (target, sample, position) => {
        if (conditionWeight) for (let at = 0; at < 2 * size; at++) target[at] = target[at]! + fixed[sample * 2 * size + at]!
        if (contextWeight)
          accumulate(target, 2 * size, given.context!, (sample * height * width + position) * contextChannels, contextChannels, contextWeight, 0)
      }
    }

    return {
      outputs: channels,
      store: (sample, position, input) => horizontalMap.set(input.subarray(0, inputs), (sample * height * width + position) * inputs),
      row(sample, row, rowBelow) {
        const start = sample * height * width
        if (verticalMap) verticalMap.set(rowBelow, (start + row * width) * verticalInputs)
        for (let column = 0; column < width; column++) {
          verticalGates.set(vertical.bias)
          for (let tapRow = 0; tapRow < rows; tapRow++) {
            const seen = row - up + tapRow
            if (seen < 0 || seen >= height) continue
            for (let across = Math.max(-half, -column); across <= Math.min(half, width - 1 - column); across++) {
              const tap = tapRow * kernel + half + across
              const at = (start + seen * width + column + across) * verticalInputs
              accumulate(verticalGates, 2 * verticalChannels, below, at, verticalInputs, vertical.weight, tap * verticalInputs * 2 * verticalChannels)
            }
          }
          addVertical(verticalGates, sample, row * width + column)
          features.set(horizontal.bias)
          accumulate(features, 2 * channels, verticalGates, 0, 2 * verticalChannels, across, 0)
          addHorizontal(features, sample, row * width + column)
          prepared.set(features, (sample * width + column) * 2 * channels)
          gateInto(verticalGates, verticalChannels, rowOut, column * verticalChannels)
        }
        return rowOut
      },
      compute(sample, position, input, result) {
        const column = position % width
        const at = (sample * width + column) * 2 * channels
        features.set(prepared.subarray(at, at + 2 * channels))
        for (let left = Math.min(half, column); left >= 0; left--) {
          const tap = half - left
          const source = (sample * height * width + position - left) * inputs
          accumulate(features, 2 * channels, horizontalMap, source, inputs, horizontal.weight, tap * inputs * 2 * channels)
        }
        gateInto(features, channels, z, 0)
        for (let channel = 0; channel < channels; channel++) result[channel] = output.bias[channel]! + (first ? 0 : input[channel]!)
        accumulate(result, channels, z, 0, channels, output.weight, 0)
      },
    }
  }
}

/** tanh(gates[0 … C)) · σ(gates[C … 2C)) */
function gateInto(gates: Float32Array, channels: number, target: Float32Array, at: number): void {
  for (let channel = 0; channel < channels; channel++)
    target[at + channel] = Math.tanh(gates[channel]!) / (1 + Math.exp(-gates[channels + channel]!))
}
