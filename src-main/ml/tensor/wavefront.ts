import { matMul } from './linear'
import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

/** Positions of an image that a recurrence computes together: `size` of them from `first` on, in the order of the wavefront. */
export interface WavefrontStep {
  first: number
  size: number
  /** For each tap of the state-to-state kernel: place p of this step reads place p + shift of the step before; beyond it, zeros. */
  shifts: readonly number[]
}

/** In which steps a recurrence passes over the positions of an image. */
export interface Wavefront {
  steps: readonly WavefrontStep[]
  /** Raster positions in the order of the steps. */
  order: Int32Array
}

/** Row by row, each pixel reading `kernel` states of the row above around its column (Row LSTM): H steps of W positions. */
export function rowWavefront(height: number, width: number, kernel: number): Wavefront {
  const shifts = Array.from({ length: kernel }, (_value, tap) => tap - Math.floor(kernel / 2))
  return {
    steps: Array.from({ length: height }, (_value, row) => ({ first: row * width, size: width, shifts })),
    order: Int32Array.from({ length: height * width }, (_value, position) => position),
  }
}

/**
 * By anti-diagonals, each pixel reading the states of its neighbour in its row and of the one above: H + W − 1 steps, from the upper left
 * corner to the lower right one, or from the upper right one to the lower left one (`mirrored`). Nothing outside the image is computed.
 */
export function diagonalWavefront(height: number, width: number, mirrored = false): Wavefront {
  const order = new Int32Array(height * width)
  const steps: WavefrontStep[] = []
  let first = 0
  for (let diagonal = 0; diagonal < height + width - 1; diagonal++) {
    const top = topOf(diagonal, width)
    const size = Math.min(height - 1, diagonal) - top + 1
    const beside = top - topOf(diagonal - 1, width)
    steps.push({ first, size, shifts: [beside, beside - 1] })
    for (let place = 0; place < size; place++) {
      const column = diagonal - top - place
      order[first + place] = (top + place) * width + (mirrored ? width - 1 - column : column)
    }
    first += size
  }
  return { steps, order }
}

/** The first row that a diagonal crosses. */
const topOf = (diagonal: number, width: number): number => Math.max(0, diagonal - width + 1)

export interface WavefrontCell {
  /** Taps whose cells are carried on, each through a forget gate of its own. */
  carried: readonly number[]
  /** h = o ⊙ tanh(c), or h = tanh(c ⊙ o) as in the spatial LSTM. */
  output: 'gated' | 'squashed'
}

/** Columns of the gates, in units of H: i, a forget gate for each tap whose cell is carried, o, and the candidate g. */
export const gatesOf = ({ carried }: WavefrontCell): number => carried.length + 3

/**
 * Long short-term memory over the wavefronts of an image. With N the states of the step before, shifted by each tap and laid side by side:
 *   [i, f₁ …, o] = σ(d + N U),  g = tanh(d + N U),  c = i ⊙ g + Σ f_k ⊙ c_k,  h = o ⊙ tanh(c)
 * drive d [P, B, G·H] in the order of the wavefront (all of it computed beforehand, in one product), U [taps · H, G·H] -> h [P, B, H].
 *
 * Only the recurrence is taken step by step, each step being as wide as its wavefront times the batch; the gradient of U is one product
 * over all steps.
 */
export function wavefrontLstm(drive: tf.Tensor, weight: tf.Tensor, { steps }: Wavefront, cell: WavefrontCell): tf.Tensor3D {
  const [positions, batch, columns] = drive.shape as [number, number, number]
  const hidden = columns / gatesOf(cell)
  const records: StepRecord[] = []
  return differentiable(
    { drive, weight },
    (save) => {
      const kept: tf.Tensor[] = []
      records.length = 0
      const flat = tf.reshape(drive, [positions * batch, columns])
      const states: tf.Tensor[] = []
      let before: State | null = null
      steps.forEach((step, index) => {
        const own = rowsFrom(flat, step.first * batch, step.size * batch)
        const previous = steps[index - 1]
        const taps = before && tf.concat(step.shifts.map((shift) => shifted(before!.h, previous!.size, step.size, shift, batch)), 1)
        const carried = before ? cell.carried.map((tap) => shifted(before!.c, previous!.size, step.size, step.shifts[tap]!, batch)) : []
        const next = forwardCell(taps ? tf.add(matMul(taps, weight), own) : own, carried, hidden, cell)
        const from = kept.length
        kept.push(...next.kept, ...carried, ...(taps ? [taps] : []))
        records.push({ from, gates: next.kept.length, carried: carried.length })
        states.push(next.h)
        before = next
      })
      save(weight, ...kept)
      return tf.reshape(tf.concat(states, 0), [positions, batch, hidden]) as tf.Tensor3D
    },
    (gradient, [U, ...kept]) => {
      // Both gradients come out of one sweep, taken here and not in the functions below, which are asked one at a time.
      const [ofDrive, ofWeight] = tf.tidy(() => backward({ gradient, U: U!, kept, records, steps, cell, batch, hidden }))
      return { drive: () => tf.reshape(ofDrive!, drive.shape), weight: () => ofWeight!.clone() }
    },
  )
}

interface State {
  h: tf.Tensor
  c: tf.Tensor
}

/** Where a step's tensors lie among those kept: of the cell, cells before it, and the taps (none at the first step). */
interface StepRecord {
  from: number
  gates: number
  carried: number
}

interface Sweep {
  gradient: tf.Tensor
  U: tf.Tensor
  kept: tf.Tensor[]
  records: readonly StepRecord[]
  steps: readonly WavefrontStep[]
  cell: WavefrontCell
  batch: number
  hidden: number
}

/** Gradients of drive (as a matrix) and of U. */
function backward({ gradient, U, kept, records, steps, cell, batch, hidden }: Sweep): [tf.Tensor, tf.Tensor] {
  const upstream = tf.reshape(gradient, [-1, hidden])
  const activations = new Array<tf.Tensor>(steps.length)
  const allTaps = new Array<tf.Tensor>(steps.length)
  let later: State | null = null
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index]!
    const { from, gates, carried } = records[index]!
    const before = kept.slice(from + gates, from + gates + carried)
    const own = rowsFrom(upstream, step.first * batch, step.size * batch)
    const back = backwardCell(later ? tf.add(own, later.h) : own, later?.c ?? null, kept.slice(from, from + gates), before, cell)
    activations[index] = back.activations
    if (index === 0) break
    allTaps[index] = kept[from + gates + carried]!
    const { size } = steps[index - 1]!
    const ofTaps = split(matMul(back.activations, U, false, true), step.shifts.length)
    const spread = (tap: number, of: tf.Tensor): tf.Tensor => shifted(of, step.size, size, -step.shifts[tap]!, batch)
    later = {
      h: total(ofTaps.map((of, tap) => spread(tap, of))),
      c: total(back.before.map((of, place) => spread(cell.carried[place]!, of))),
    }
  }
  const ofDrive = joined(activations)
  const ofWeight = steps.length === 1 ? tf.zerosLike(U) : matMul(joined(allTaps.slice(1)), joined(activations.slice(1)), true)
  return [ofDrive, ofWeight]
}

const joined = (parts: tf.Tensor[]): tf.Tensor => (parts.length === 1 ? parts[0]! : tf.concat(parts, 0))

const split = (x: tf.Tensor, parts: number): tf.Tensor[] => (parts === 1 ? [x] : tf.split(x, parts, 1))

const total = (terms: readonly tf.Tensor[]): tf.Tensor => terms.reduce((sum, term) => tf.add(sum, term))

function rowsFrom(x: tf.Tensor, first: number, count: number): tf.Tensor {
  return first === 0 && count === x.shape[0] ? x : tf.slice(x, [first, 0], [count, x.shape[1]!])
}

/** x [from · B, C] -> [to · B, C]: place p holds what x has at place p + shift, zeros where it has none. */
function shifted(x: tf.Tensor, from: number, to: number, shift: number, batch: number): tf.Tensor {
  const first = Math.max(0, shift)
  const count = Math.min(from, to + shift) - first
  if (count <= 0) return tf.zeros([to * batch, x.shape[1]!])
  const front = Math.max(0, -shift)
  const part = rowsFrom(x, first * batch, count * batch)
  return count === to ? part : tf.pad(part, [[front * batch, (to - front - count) * batch], [0, 0]])
}

interface CellState extends State {
  kept: tf.Tensor[]
}

/** a [N, G·H], before [N, H] each -> h and c [N, H]; kept: σ gates, g, tanh(c) or h, and for 'squashed' c. */
function forwardCell(a: tf.Tensor, before: readonly tf.Tensor[], hidden: number, { carried, output }: WavefrontCell): CellState {
  const opened = carried.length + 2
  const [raw, candidate] = tf.split(a, [opened * hidden, hidden], 1) as [tf.Tensor, tf.Tensor]
  const s = tf.sigmoid(raw)
  const g = tf.tanh(candidate)
  const gates = tf.split(s, opened, 1)
  const o = gates[opened - 1]!
  const c = before.reduce<tf.Tensor>((sum, state, place) => tf.add(sum, tf.mul(gates[1 + place]!, state)), tf.mul(gates[0]!, g))
  if (output === 'squashed') {
    const h = tf.tanh(tf.mul(c, o))
    return { h, c, kept: [s, g, h, c] }
  }
  const t = tf.tanh(c)
  return { h: tf.mul(o, t), c, kept: [s, g, t] }
}

/** Gradients of h and of c (null at the last step) -> those of a and of the cells before. */
function backwardCell(
  ofH: tf.Tensor,
  ofC: tf.Tensor | null,
  [s, g, t, c]: tf.Tensor[],
  before: readonly tf.Tensor[],
  { carried, output }: WavefrontCell,
): { activations: tf.Tensor; before: tf.Tensor[] } {
  const opened = carried.length + 2
  const gates = tf.split(s!, opened, 1)
  const o = gates[opened - 1]!
  const squashed = output === 'squashed' ? tanhGradient(t!, ofH) : null
  const ofOutput = squashed ? tf.mul(squashed, c!) : tf.mul(ofH, t!)
  const through = squashed ? tf.mul(squashed, o) : tanhGradient(t!, tf.mul(ofH, o))
  const total = ofC ? tf.add(through, ofC) : through
  // At the first step there are no cells before, so that nothing flows into the forget gates.
  const ofForget = before.length > 0 ? before.map((state) => tf.mul(total, state)) : carried.map(() => tf.zerosLike(total))
  const ofGates = sigmoidGradient(s!, tf.concat([tf.mul(total, g!), ...ofForget, ofOutput], 1))
  const ofCandidate = tanhGradient(g!, tf.mul(total, gates[0]!))
  return { activations: tf.concat([ofGates, ofCandidate], 1), before: before.map((_state, place) => tf.mul(total, gates[1 + place]!)) }
}

/** dy · (1 − y²) */
function tanhGradient(y: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  return native ? native.executeSingleOutput('TanhGrad', [attributes(native).float32()], [y, dy]) : tf.mul(dy, tf.sub(1, tf.square(y)))
}

/** dy · y (1 − y) */
function sigmoidGradient(y: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  return native ? native.executeSingleOutput('SigmoidGrad', [attributes(native).float32()], [y, dy]) : tf.mul(dy, tf.mul(y, tf.sub(1, y)))
}
