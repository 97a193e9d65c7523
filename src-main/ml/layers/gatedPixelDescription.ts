import type { Vector } from '../kernels/operations'
import { columnsOf, part } from '../kernels/planBuilder'
import type { PlanWriter } from '../kernels/planWriter'
import { byGroup, columnsInOrder } from './described'
import type { DescribeLayer } from './described'
import { maskedValues } from './gatedKernels'
import type { KernelMask } from './gatedKernels'
import type { GatedShape } from './gatedPixel'
import { maskedKernelValues } from './incrementalConvolution'

/**
 * A gated layer for the sampling kernels: the vertical stack a row at a time, when a row begins, and the horizontal stack a pixel (and of
 * it a colour) at a time. What the vertical stack tells the horizontal one lies ready in a map, colour by colour: tanh, then σ of each.
 */
export function gatedDescription(shape: GatedShape, horizontalMask: KernelMask | null): DescribeLayer {
  const { mask, kernel, shift, verticalInputs, from, verticalChannels, groupOf, conditionSize, contextChannels } = shape
  const first = mask === 'A'
  const half = Math.floor(kernel / 2)
  const channels = groupOf.length
  return (context, { main, vertical, condition, context: map, ...streams }) => {
    const { plan, weight } = context
    const colours = byGroup(context, groupOf)
    // Columns of the gates, colour by colour.
    const order = colours.flatMap(({ from: start, size }) => [...columnsFrom(start, size), ...columnsFrom(channels + start, size)])
    const horizontalWeight = columnsInOrder(maskedValues(weight('horizontal.weight'), horizontalMask), 2 * channels, order)
    const outputWeight = maskedKernelValues('B', 1, groupOf, groupOf, weight('output.weight'))
    const given = (stack: 'vertical' | 'horizontal', matrix: (weight: Float32Array) => Float32Array, size: number): Vector | null => {
      if (conditionSize === 0 || !condition) return null
      const added = plan.vector(size)
      plan.start.dense({ from: condition, to: added, weight: matrix(weight(`condition.${stack}`)) })
      return added
    }
    const toVertical = given('vertical', (matrix) => matrix, 2 * verticalChannels)
    const toHorizontal = given('horizontal', (matrix) => columnsInOrder(matrix, 2 * channels, order), 2 * channels)

    const beside = contextChannels > 0 && map ? plan.vector(map.channels) : null

    // The horizontal stack looks left alone; the image, which the vertical one reads too, above and on both sides.
    const row = plan.map(from.length, first ? { above: half, left: half, right: half } : { above: 0, left: half, right: 0 })
    const above = first ? row : plan.map(verticalInputs, { above: half, left: half, right: half })
    const prepared = plan.map(2 * channels, { above: 0, left: 0, right: 0 })
    const output = plan.map(verticalChannels, { above: 0, left: 0, right: 0 })
    const start = plan.phases[0]!
    if (!first) {
      const below = plan.vector(verticalInputs)
      start.eachColumn((body) => {
        body.load({ map: vertical!, row: 0, column: 0 }, below)
        body.store(below, { map: above, row: 0, column: 0 })
      })
    }
    const [gates, features, opened] = [plan.vector(2 * verticalChannels), plan.vector(2 * channels), plan.vector(verticalChannels)]
    start.eachColumn((body: PlanWriter) => {
      body.convolve({
        ...{ map: above, rows: first ? half : half + 1, columns: kernel, top: first ? 1 - half - shift : -half, left: -half },
        to: gates,
        weight: weight('vertical.weight'),
        bias: weight('vertical.bias'),
        ...(toVertical ? { plus: toVertical } : {}),
      })
      if (beside && map) {
        body.condition(beside, { first: map.first, stride: map.channels })
        body.dense({ from: beside, to: gates, weight: weight('context.vertical'), plus: true })
      }
      body.dense({
        from: gates,
        to: features,
        weight: columnsInOrder(weight('across.weight'), 2 * channels, order),
        bias: columnsInOrder(weight('horizontal.bias'), 2 * channels, order),
        ...(toHorizontal ? { plus: toHorizontal } : {}),
      })
      if (beside) body.dense({ from: beside, to: features, weight: columnsInOrder(weight('context.horizontal'), 2 * channels, order), plus: true })
      body.store(features, { map: prepared, row: 0, column: 0 })
      body.gate(part(gates, 0, verticalChannels), part(gates, verticalChannels, verticalChannels), opened)
      body.store(opened, { map: output, row: 0, column: 0 })
    })

    const result = first ? plan.vector(channels) : main
    const z = plan.vector(channels)
    let column = 0
    colours.forEach(({ phase, from: begin, size }) => {
      if (first) phase.store(main, { map: row, row: 0, column: 0 })
      else phase.store(part(main, begin, size), { map: row, row: 0, column: 0, channel: begin })
      const own = plan.vector(2 * size)
      phase.load({ map: prepared, row: 0, column: 0, channel: column }, own)
      phase.convolve({
        ...{ map: row, rows: 1, columns: half + 1, top: 0, left: -half },
        to: own,
        weight: columnsOf(horizontalWeight, 2 * channels, column, 2 * size),
        plus: true,
      })
      phase.gate(part(own, 0, size), part(own, size, size), part(z, begin, size))
      phase.dense({
        from: z,
        to: part(result, begin, size),
        weight: columnsOf(outputWeight, channels, begin, size),
        bias: weight('output.bias').subarray(begin, begin + size),
        ...(first ? {} : { plus: true as const }),
      })
      column += 2 * size
    })
    // What reads the data itself must keep the pixel with the value just drawn.
    if (first) plan.phases.at(-1)!.afterDraw.store(main, { map: row, row: 0, column: 0 })
    return { ...streams, main: result, vertical: output, ...(condition ? { condition } : {}), ...(map ? { context: map } : {}) }
  }
}

const columnsFrom = (start: number, size: number): number[] => Array.from({ length: size }, (_value, index) => start + index)
