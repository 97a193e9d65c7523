import type { Coupling, Head, Operation, PixelMap, SamplingPlan, Vector } from './operations'
import { PlanWriter } from './planWriter'

/** The part of a vector that starts at channel `from`. */
export function part(vector: Vector, from: number, size: number): Vector {
  if (from < 0 || from + size > vector.size) throw new Error(`Channels ${from} to ${from + size} lie outside a vector of ${vector.size}.`)
  return { offset: vector.offset + from, size }
}

/** Columns from … from + count of a matrix [rows, columns]. */
export function columnsOf(weight: Float32Array, columns: number, from: number, count: number): Float32Array {
  if (from === 0 && count === columns) return weight
  const rows = weight.length / columns
  const result = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) result.set(weight.subarray(row * columns + from, row * columns + from + count), row * count)
  return result
}

/** A step's operations; those written after the draw take the drawn value in. */
export class PhaseWriter extends PlanWriter {
  readonly before: Operation[]
  readonly after: Operation[]
  /** Writes behind the draw, also while the draw itself is not yet written. */
  readonly afterDraw: PlanWriter
  head: Head | null = null

  constructor() {
    const before: Operation[] = []
    const after: Operation[] = []
    super(() => (this.head ? after : before))
    this.before = before
    this.after = after
    this.afterDraw = new PlanWriter(() => after)
  }

  /** p(x = 1) = σ(logit) */
  drawBernoulli(logits: Vector): void {
    this.head = { kind: 'bernoulli', logits }
  }

  /** p(x = k) = softmax(logits)_k, as many levels as logits. */
  drawCategorical(logits: Vector): void {
    this.head = { kind: 'categorical', logits, levels: logits.size }
  }

  /** Any other distribution: its parameters are handed to JavaScript, which draws. */
  drawOutside(parameters: Vector): void {
    this.head = { kind: 'outside', logits: parameters }
  }

  /** By the name of the distribution: the kernels' own head where there is one. */
  drawFrom(distribution: { name: string; levels?: number; logScales?: readonly [least: number, most: number] }, parameters: Vector): void {
    const { levels, logScales } = distribution
    if (levels && logScales) this.head = { kind: 'logistics', logits: parameters, levels, logScales }
    else if (distribution.name === 'bernoulli') this.drawBernoulli(parameters)
    else if (distribution.name === 'categorical') this.drawCategorical(parameters)
    else this.drawOutside(parameters)
  }
}

/**
 * Describes an incremental sampler (see CONTRIBUTING.md, "Fast sampling by description"): vectors and maps that a sample keeps, and for each
 * phase of a step the operations over them.
 */
export class PlanBuilder {
  readonly start: PlanWriter
  readonly phases: readonly PhaseWriter[]
  private readonly startList: Operation[] = []
  private readonly width: number
  private readonly conditionSize: number
  private readonly steps: number
  private channels = 0
  private coupling: Coupling | null = null

  /** phases: steps at one position (3 for RGB); width: positions in a row; steps: of a sample, where something is kept for each. */
  constructor({ phases = 1, width = 1, conditionSize = 0, steps = Infinity } = {}) {
    this.phases = Array.from({ length: phases }, () => new PhaseWriter())
    this.start = new PlanWriter(() => this.startList)
    this.width = width
    this.conditionSize = conditionSize
    this.steps = steps
  }

  /** The only phase of a plan with one step a position. */
  get step(): PhaseWriter {
    if (this.phases.length > 1) throw new Error('This plan has several phases: say which.')
    return this.phases[0]!
  }

  /** A vector of its own, zero at the start of each sample. */
  vector(size: number): Vector {
    const offset = this.channels
    // Aligned, with room for the kernels to read a little beyond.
    this.channels += Math.ceil(Math.max(1, size) / 4) * 4
    return { offset, size }
  }

  /** Vectors that lie side by side, so that one product can read or write them together: the whole, then the parts. */
  vectors(...sizes: number[]): [Vector, ...Vector[]] {
    const whole = this.vector(sizes.reduce((sum, size) => sum + size, 0))
    let from = 0
    return [whole, ...sizes.map((size) => part(whole, (from += size) - size, size))]
  }

  /**
   * A map of earlier pixels: `above` rows above the present one, and `left` and `right` columns beyond the image, which stay zero. `width`: of the
   * image, unless the map is a coarser one.
   */
  map(channels: number, { above, left, right, width = this.width }: { above: number; left: number; right: number; width?: number }): PixelMap {
    const rows = above + 1
    const { offset } = this.vector(rows * (left + width + right) * channels)
    return { offset, channels, rows, left, right, width }
  }

  /** Ring and cursor of a causal queue. */
  queue(channels: number, taps: number, dilation: number): { ring: Vector; cursor: Vector } {
    return { ring: this.vector((taps - 1) * dilation * channels), cursor: this.vector(1) }
  }

  /**
   * A whole NADE of binary units: logit_s = b_s + V_s·σ(c + Σ_{j<s} x_j W_j), with everything in generation order. W, V [steps, hidden].
   */
  nade({ logits, W, V, b, c }: { logits: Vector; W: Float32Array; V: Float32Array; b: Float32Array; c: Float32Array }): void {
    const hidden = Math.ceil(c.length / 8) * 8
    const steps = b.length
    const state = this.vector(2 * hidden + Math.ceil((steps + 3) / 4) * 4)
    this.step.raw({ kind: 'nade', logits, state, hidden, steps, W, V, b, c })
  }

  /**
   * Causal attention of each step over itself and all earlier ones: y = Σ_t softmax_t(scale·q·k_t) v_t for each head. Keeps keys and values.
   */
  attend({ query, key, value, to, heads, scale }: { query: Vector; key: Vector; value: Vector; to: Vector; heads: number; scale?: number }): void {
    const keys = this.stepCache(key.size)
    const values = this.stepCache(value.size)
    const scores = this.stepCache(1)
    this.step.writeSlice(key, keys, key.size, 'step')
    this.step.writeSlice(value, values, value.size, 'step')
    const size = query.size / heads
    this.step.raw({ kind: 'attend', query, keys, values, to, heads, scale: scale ?? 1 / Math.sqrt(size), scores })
  }

  /** Room for `size` numbers of every step. */
  stepCache(size: number): Vector {
    if (!Number.isFinite(this.steps)) throw new Error('Attention keeps something for each step: tell the plan how many there are.')
    return this.vector(this.steps * size)
  }

  /** The heads give numbers for all phases of a position together. */
  couple(coupling: Coupling): void {
    this.coupling = coupling
  }

  build(): SamplingPlan {
    const phases = this.phases.map(({ before, head, after }, phase) => {
      if (!head) throw new Error(`Phase ${phase} of the plan draws nothing.`)
      return { before, head, after }
    })
    const { startList: start, width, steps, conditionSize, channels } = this
    return { phases, start, width, steps, conditionSize, channels, ...(this.coupling ? { coupling: this.coupling } : {}) }
  }
}
