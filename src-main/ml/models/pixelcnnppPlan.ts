import type { Domain } from '../../contract/domain'
import type { PlusNode, PlusSizes } from '../../contract/inspect/pixelcnnppNodes'
import { plusKernel } from '../../contract/inspect/pixelcnnppNodes'
import type { Distribution } from '../distributions/distribution'
import { rgbConditionalAt } from '../distributions/rgbLogisticMixture'
import type { PixelMap, SamplingPlan, Vector } from '../kernels/operations'
import { PlanBuilder, part } from '../kernels/planBuilder'
import type { PlanWriter } from '../kernels/planWriter'
import { concatenated } from '../layers/described'
import { normalisedWeight } from '../layers/weightNorm'
import type { Conditioning, Weights } from './model'

interface PlusPlanOptions {
  nodes: readonly PlusNode[]
  sizes: PlusSizes
  domain: Domain
  components: number
  distribution: Distribution
  conditioning: Conditioning | null
  weights: Weights
}

/** Writes operations at the positions of a node, part by part: of a row each part as a whole, since the next one looks at its neighbours. */
type AtNode = (...parts: ReadonlyArray<(body: PlanWriter) => void>) => void

/**
 * PixelCNN++ as operations of the sampling kernels. When a row begins, the stream of the rows above is computed for all of it; then the other stream
 * pixel by pixel; both at coarser levels only in the rows and columns where these have a position. Two rows of every node are kept, and their
 * concatenated ELU. The net runs once for a pixel: its numbers stand for all colours, which are drawn one after the other.
 */
export function plusPlan({ nodes, sizes, domain, components, distribution, conditioning, weights }: PlusPlanOptions): SamplingPlan {
  const { filters: F, inputs, outputs } = sizes
  const [, width = 1, channels = 1] = domain.shape
  const { levels } = domain
  const plan = new PlanBuilder({ phases: channels, width, conditionSize: conditioning ? (conditioning.kind === 'class' ? 1 : conditioning.size) : 0 })
  const [first, last] = [plan.phases[0]!, plan.phases.at(-1)!]
  const weightOf = (name: string): Float32Array => {
    const found = weights.get(name)
    if (!found) throw new Error(`The weights lack the tensor '${name}'.`)
    return found.data
  }
  const mapOf = (name: string): { weight: Float32Array; bias: Float32Array } => ({
    weight: normalisedWeight(weightOf(`${name}.weight`), weightOf(`${name}.gain`)),
    bias: weightOf(`${name}.bias`),
  })

  // The pixel in −1…1 and a one, kept with the two rows above.
  const pixel = plan.vector(inputs)
  const image = plan.map(inputs, { above: 2, left: 1, right: 1 })
  const one = part(pixel, channels, 1)
  plan.start.affine(one, one, 0, 1)
  plan.phases.forEach((phase, channel) => phase.afterDraw.value(part(pixel, channel, 1), { scale: 2 / (levels - 1), shift: -1 }))
  last.afterDraw.store(pixel, { map: image, row: 0, column: 0 })

  const kept = (level: number, size: number): PixelMap => plan.map(size, { above: 1, left: 1, right: 1, width: width >> level })
  const plain = nodes.map(({ level }) => kept(level, F))
  const rectified = nodes.map(({ level }) => kept(level, 2 * F))
  const [out, before, hidden, wide, gates] = [F, F, F, 2 * F, 2 * F].map((size) => plan.vector(size)) as [Vector, Vector, Vector, Vector, Vector]
  const concatElu = (body: PlanWriter, from: Vector): void => {
    body.activate('elu', from, part(wide, 0, F))
    body.activate('negate', from, part(wide, F, F))
    body.activate('elu', part(wide, F, F))
  }
  const keep = (body: PlanWriter, index: number): void => {
    body.store(out, { map: plain[index]!, row: 0, column: 0 })
    concatElu(body, out)
    body.store(wide, { map: rectified[index]!, row: 0, column: 0 })
  }
  const given = conditionVector(plan, conditioning)

  const write = (node: PlusNode, index: number, at: AtNode): void => {
    const name = `nodes.${node.name}`
    const { columns, left } = plusKernel(node.stream)
    const around = { rows: 2, columns, top: -1, left: -left }
    const own = { rows: 1, columns: 1, top: 0, left: 0 }
    switch (node.kind) {
      case 'first': {
        if (node.stream === 'above') {
          const map = mapOf(name)
          at((body) => {
            body.convolve({ map: image, rows: 2, columns: 3, top: -2, left: -1, to: out, ...map })
            keep(body, index)
          })
          return
        }
        const [row, column] = [mapOf(`${name}.row`), mapOf(`${name}.column`)]
        at((body) => {
          body.convolve({ map: image, rows: 1, columns: 3, top: -1, left: -1, to: out, ...row })
          body.convolve({ map: image, rows: 2, columns: 1, top: -1, left: -1, to: out, plus: true, ...column })
          keep(body, index)
        })
        return
      }
      case 'residual': {
        const [opening, closing] = [mapOf(`${name}.first`), mapOf(`${name}.second`)]
        const sides = node.sides.length > 0 ? mapOf(`${name}.sides`) : null
        const inner = kept(node.level, 2 * F)
        const condition = given?.(weightOf(`${name}.condition`), 2 * F)
        at(
          (body) => {
            body.convolve({ map: rectified[node.input]!, ...around, to: hidden, ...opening })
            node.sides.forEach((side, place) => {
              const weight = sides!.weight.subarray(place * 2 * F * F, (place + 1) * 2 * F * F)
              body.convolve({ map: rectified[side]!, ...own, to: hidden, weight, ...(place === 0 ? { bias: sides!.bias } : {}), plus: true })
            })
            concatElu(body, hidden)
            body.store(wide, { map: inner, row: 0, column: 0 })
          },
          (body) => {
            body.convolve({ map: inner, ...around, to: gates, ...closing, ...(condition ? { plus: condition } : {}) })
            body.combine('sigmoid-gate', part(gates, 0, F), part(gates, F, F), out)
            body.load({ map: plain[node.input]!, row: 0, column: 0 }, before)
            body.add(out, before)
            keep(body, index)
          },
        )
        return
      }
      case 'down': {
        const map = mapOf(name)
        at((body) => {
          // At twice its row and column of the finer level.
          body.atPixels({ shift: -1 }, (finer) => finer.convolve({ map: plain[node.input]!, ...around, to: out, ...map }))
          keep(body, index)
        })
        return
      }
      case 'up': {
        const { weight, bias } = mapOf(name)
        const tap = (row: number, column: number): Float32Array => weight.subarray((row * columns + column) * F * F, (row * columns + column + 1) * F * F)
        at((body) => {
          for (const rowIs of [0, 1]) {
            for (const columnIs of [0, 1]) {
              // The wider kernel of the rows above overlaps: odd columns lie under two positions.
              const overlaps = node.stream === 'above' && columnIs === 1
              const taps = overlaps
                ? { columns: 2, weight: concatenated(tap(rowIs, 2), tap(rowIs, 0)) }
                : { columns: 1, weight: tap(rowIs, node.stream === 'above' ? 1 : columnIs) }
              body.atPixels({ rowMask: 1, rowIs, columnMask: 1, columnIs, shift: 1 }, (coarser) =>
                coarser.convolve({ map: plain[node.input]!, rows: 1, top: 0, left: 0, to: out, bias, ...taps }),
              )
            }
          }
          keep(body, index)
        })
      }
    }
  }

  for (const stream of ['above', 'left'] as const) {
    nodes.forEach((node, index) => {
      if (node.stream !== stream) return
      const { level } = node
      const mask = (1 << level) - 1
      write(node, index, (...parts) => {
        for (const written of parts) {
          if (stream === 'left') first.atPixels({ rowMask: mask, columnMask: mask, shift: level }, written)
          // Once a row: every bit of the column must be 0, as that of a coarser level is 0 more than once.
          else first.atPixels({ rowMask: mask, columnMask: -1, shift: level }, (body) => body.eachColumn(written, { columns: width >> level }))
        }
      })
    })
  }

  const head = mapOf('head')
  const logits = plan.vector(outputs)
  const activated = plan.vector(F)
  first.load({ map: plain.at(-1)!, row: 0, column: 0 }, activated)
  first.activate('elu', activated)
  first.dense({ from: activated, to: logits, ...head })
  plan.phases.forEach((phase) => phase.drawFrom(distribution, logits))
  if (channels === 3) {
    plan.couple({
      parameters: 3 * components,
      write: (numbers, offset, earlier, channel, target, at) => rgbConditionalAt(numbers, offset, components, earlier, channel, levels, target, at),
    })
  }
  return plan.build()
}

/** V h, computed once for a sample: a function of the matrix V; null without a condition. */
function conditionVector(plan: PlanBuilder, conditioning: Conditioning | null): ((weight: Float32Array, size: number) => Vector) | null {
  if (!conditioning) return null
  const vector = conditioning.kind === 'vector' ? plan.vector(conditioning.size) : null
  if (vector) plan.start.condition(vector)
  return (weight, size) => {
    const added = plan.vector(size)
    if (vector) plan.start.dense({ from: vector, to: added, weight })
    else plan.start.table({ table: weight, to: added, index: 'condition' })
    return added
  }
}
