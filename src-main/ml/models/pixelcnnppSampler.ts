import type { Domain } from '../../contract/domain'
import type { PlusNode, PlusSizes } from '../../contract/inspect/pixelcnnppNodes'
import { plusKernel } from '../../contract/inspect/pixelcnnppNodes'
import { centredAt } from '../distributions/logisticMass'
import { rgbConditionalAt } from '../distributions/rgbLogisticMixture'
import { concatEluAt, eluAt } from '../layers/concatElu'
import { accumulate } from '../layers/incremental'
import { normalisedWeight } from '../layers/weightNorm'
import type { CachedSampler, Conditioning, Weights } from './model'

interface PlusSamplerOptions {
  nodes: readonly PlusNode[]
  sizes: PlusSizes
  domain: Domain
  components: number
  conditioning: Conditioning | null
  weights: Weights
  batch: number
  condition: Float32Array | undefined
}

/** Rows of one level that later ones still read, the present one and the one above, of every sample: [batch × 2 × width × channels]. */
interface Rows {
  data: Float32Array
  channels: number
  width: number
}

/**
 * PixelCNN++ one pixel at a time. At the first pixel of a row the stream of the rows above is computed for the whole row, at each pixel the
 * other stream at that pixel; coarser levels only in the rows and columns where they have a position. Two rows of every layer are kept.
 */
export function plusSampler({ nodes, sizes, domain, components, conditioning, weights, batch, condition }: PlusSamplerOptions): CachedSampler {
  const { filters: F, inputs, outputs, conditionSize } = sizes
  const [, width = 1, channels = 1] = domain.shape
  const { levels } = domain
  const weightOf = (name: string): Float32Array => {
    const found = weights.get(name)
    if (!found) throw new Error(`The weights lack the tensor '${name}'.`)
    return found.data
  }
  const mapOf = (name: string): { weight: Float32Array; bias: Float32Array } => ({
    weight: normalisedWeight(weightOf(`${name}.weight`), weightOf(`${name}.gain`)),
    bias: weightOf(`${name}.bias`),
  })
  const rows = (level: number, count: number): Rows => ({ data: new Float32Array(batch * 2 * (width >> level) * count), channels: count, width: width >> level })
  const place = ({ width: columns, channels: count }: Rows, sample: number, row: number, column: number): number =>
    ((sample * 2 + (row & 1)) * columns + column) * count

  /** target += kernel [2, columns, in, out] with its last row at `row` and column `left` at `column`. */
  const convolve = (target: Float32Array, from: Rows, sample: number, row: number, column: number, node: PlusNode, weight: Float32Array): void => {
    const kernel = plusKernel(node.stream)
    const first = Math.max(0, column - kernel.left)
    const last = Math.min(from.width - 1, column + kernel.right)
    const tap = from.channels * target.length
    for (let up = Math.min(1, row); up >= 0; up--) {
      const at = ((1 - up) * kernel.columns + first - column + kernel.left) * tap
      accumulate(target, target.length, from.data, place(from, sample, row - up, first), (last - first + 1) * from.channels, weight, at)
    }
  }

  const image = rows(0, inputs)
  const plain = nodes.map(({ level }) => rows(level, F))
  const rectified = nodes.map(({ level }) => rows(level, 2 * F))
  const out = new Float32Array(F)
  const keep = (index: number, sample: number, row: number, column: number): void => {
    plain[index]!.data.set(out, place(plain[index]!, sample, row, column))
    concatEluAt(out, 0, F, rectified[index]!.data, place(rectified[index]!, sample, row, column))
  }

  interface Step {
    node: PlusNode
    /** At a position of the node's level; all parts of a row or pixel are called part by part, since each looks at its neighbours in the one before. */
    parts: Array<(sample: number, row: number, column: number) => void>
  }
  const steps = nodes.map((node, index): Step => {
    const name = `nodes.${node.name}`
    switch (node.kind) {
      case 'first':
        return { node, parts: [firstStep(node, name, index)] }
      case 'residual':
        return { node, parts: residualParts(node, name, index) }
      case 'down': {
        const { weight, bias } = mapOf(name)
        return {
          node,
          parts: [
            (sample, row, column) => {
              out.set(bias)
              convolve(out, plain[node.input]!, sample, 2 * row, 2 * column, node, weight)
              keep(index, sample, row, column)
            },
          ],
        }
      }
      case 'up':
        return { node, parts: [upStep(node, name, index)] }
    }
  })

  function firstStep(node: PlusNode, name: string, index: number): Step['parts'][number] {
    const parts =
      node.stream === 'above'
        ? [{ ...mapOf(name), top: -2, bottom: -1, left: -1, right: 1 }]
        : [
            { ...mapOf(`${name}.row`), top: -1, bottom: -1, left: -1, right: 1 },
            { ...mapOf(`${name}.column`), top: -1, bottom: 0, left: -1, right: -1 },
          ]
    return (sample, row, column) => {
      out.fill(0)
      for (const { weight, bias, top, bottom, left, right } of parts) {
        for (let channel = 0; channel < F; channel++) out[channel] = out[channel]! + bias[channel]!
        const [first, last] = [Math.max(0, column + left), Math.min(width - 1, column + right)]
        if (first > last) continue
        for (let seen = Math.max(0, row + top); seen <= row + bottom; seen++) {
          const at = ((seen - row - top) * (right - left + 1) + first - column - left) * inputs * F
          accumulate(out, F, image.data, place(image, sample, seen, first), (last - first + 1) * inputs, weight, at)
        }
      }
      keep(index, sample, row, column)
    }
  }

  function residualParts(node: Extract<PlusNode, { kind: 'residual' }>, name: string, index: number): Step['parts'] {
    const [first, second] = [mapOf(`${name}.first`), mapOf(`${name}.second`)]
    const sides = node.sides.length > 0 ? mapOf(`${name}.sides`) : null
    const inner = rows(node.level, 2 * F)
    const hidden = new Float32Array(F)
    const gates = new Float32Array(2 * F)
    const added = conditioning ? conditionOf(weightOf(`${name}.condition`)) : null
    return [
      (sample, row, column) => {
        hidden.set(first.bias)
        convolve(hidden, rectified[node.input]!, sample, row, column, node, first.weight)
        if (sides) {
          for (let channel = 0; channel < F; channel++) hidden[channel] = hidden[channel]! + sides.bias[channel]!
          node.sides.forEach((side, at) => {
            const from = rectified[side]!
            accumulate(hidden, F, from.data, place(from, sample, row, column), 2 * F, sides.weight, at * 2 * F * F)
          })
        }
        concatEluAt(hidden, 0, F, inner.data, place(inner, sample, row, column))
      },
      (sample, row, column) => {
        gates.set(second.bias)
        convolve(gates, inner, sample, row, column, node, second.weight)
        if (added) for (let at = 0; at < 2 * F; at++) gates[at] = gates[at]! + added[sample * 2 * F + at]!
        const from = place(plain[node.input]!, sample, row, column)
        for (let channel = 0; channel < F; channel++)
          out[channel] = plain[node.input]!.data[from + channel]! + gates[channel]! / (1 + Math.exp(-gates[F + channel]!))
        keep(index, sample, row, column)
      },
    ]
  }

  function upStep(node: Extract<PlusNode, { kind: 'up' }>, name: string, index: number): Step['parts'][number] {
    const { weight, bias } = mapOf(name)
    const { columns } = plusKernel(node.stream)
    const coarse = plain[node.input]!
    const add = (sample: number, row: number, from: number, tap: number): void =>
      accumulate(out, F, coarse.data, place(coarse, sample, row >> 1, from), F, weight, ((row & 1) * columns + tap) * F * F)
    return (sample, row, column) => {
      out.set(bias)
      const [from, odd] = [column >> 1, column & 1]
      add(sample, row, from, node.stream === 'above' ? 1 + odd : odd)
      if (node.stream === 'above' && odd && from + 1 < coarse.width) add(sample, row, from + 1, 0)
      keep(index, sample, row, column)
    }
  }

  /** V h of every sample, [batch × 2F]. */
  function conditionOf(weight: Float32Array): Float32Array {
    if (!condition) throw new Error(`The model is conditioned on a ${conditioning!.kind}, but none was given.`)
    const size = 2 * F
    const all = new Float32Array(batch * size)
    for (let sample = 0; sample < batch; sample++) {
      if (conditioning!.kind === 'class') all.set(weight.subarray(condition[sample]! * size, (condition[sample]! + 1) * size), sample * size)
      else {
        const own = new Float32Array(size)
        accumulate(own, size, condition, sample * conditionSize, conditionSize, weight, 0)
        all.set(own, sample * size)
      }
    }
    return all
  }

  const onLevel = (value: number, level: number): boolean => (value & ((1 << level) - 1)) === 0
  const pixel = (sample: number, row: number, column: number): void => {
    if (column === 0) {
      for (const { node, parts } of steps) {
        if (node.stream !== 'above' || !onLevel(row, node.level)) continue
        for (const part of parts) for (let at = 0; at < width >> node.level; at++) part(sample, row >> node.level, at)
      }
    }
    for (const { node, parts } of steps) {
      if (node.stream !== 'left' || !onLevel(row, node.level) || !onLevel(column, node.level)) continue
      for (const part of parts) part(sample, row >> node.level, column >> node.level)
    }
  }

  const head = mapOf('head')
  const last = plain.at(-1)!
  const activated = new Float32Array(F)
  const own = new Float32Array(outputs)
  const pixels = new Float32Array(batch * outputs)
  const drawn = new Float32Array(batch * channels)
  const P = channels === 3 ? 3 * components : outputs
  const logits = channels === 3 ? new Float32Array(batch * P) : pixels
  return {
    logits(step) {
      const [position, channel] = [Math.floor(step / channels), step % channels]
      const [row, column] = [Math.floor(position / width), position % width]
      for (let sample = 0; sample < batch; sample++) {
        if (channel === 0) {
          pixel(sample, row, column)
          const from = place(last, sample, row, column)
          for (let at = 0; at < F; at++) activated[at] = eluAt(last.data[from + at]!)
          own.set(head.bias)
          accumulate(own, outputs, activated, 0, F, head.weight, 0)
          pixels.set(own, sample * outputs)
        }
        if (channels === 3)
          rgbConditionalAt(pixels, sample * outputs, components, drawn.subarray(sample * channels), channel, levels, logits, sample * P)
      }
      return logits
    },
    accept(step, values) {
      const [position, channel] = [Math.floor(step / channels), step % channels]
      const [row, column] = [Math.floor(position / width), position % width]
      for (let sample = 0; sample < batch; sample++) {
        drawn[sample * channels + channel] = values[sample]!
        const at = place(image, sample, row, column)
        image.data[at + channel] = centredAt(values[sample]!, levels)
        image.data[at + channels] = 1
      }
    },
  }
}
