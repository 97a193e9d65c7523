import type {
  Activation,
  Combination,
  LstmGate,
  MapPlace,
  Operation,
  PixelChoice,
  PixelMap,
  ScheduledRows,
  StepIndex,
  TableIndex,
  Vector,
} from './operations'

interface DenseOptions {
  from: Vector
  to: Vector
  /** [inputs, outputs], row-major, masked entries zero. Inputs at either end that no output uses cost nothing. */
  weight: Float32Array
  bias?: Float32Array
  /** y = plus + bias + x·W; true: y itself. */
  plus?: Vector | true
  activation?: Activation
}

interface ConvolutionOptions extends Omit<DenseOptions, 'from'> {
  map: PixelMap
  /** Of the kernel [rows, columns, channels of the map, outputs]. */
  rows: number
  columns: number
  /** Place of the kernel's first row and column relative to the pixel: −⌊k/2⌋ for a centred one. */
  top: number
  left: number
}

/** Writes operations into a list. Vectors come from the plan; x may be y wherever both have the same size. */
export class PlanWriter {
  constructor(private readonly list: () => Operation[]) {}

  private push(operation: Operation): void {
    this.list().push(operation)
  }

  /** y = plus + bias + x·W, then the activation. */
  dense({ from, to, weight, bias, plus, activation = 'identity' }: DenseOptions): void {
    sameSize('A dense product', weight.length, from.size * to.size)
    if (bias) sameSize('A bias', bias.length, to.size)
    const { first, count } = usedInputs(weight, to.size)
    this.push({
      kind: 'dense',
      from: { offset: from.offset + first, size: count },
      to,
      weight: weight.subarray(first * to.size, (first + count) * to.size),
      bias: bias ?? null,
      plus: plus === true ? to : (plus ?? null),
      activation,
    })
  }

  /** A convolution at this pixel over a map: one product for each row of the kernel. Rows and ends of rows that are masked cost nothing. */
  convolve({ map, to, weight, bias, plus, rows, columns, top, left, activation = 'identity' }: ConvolutionOptions): void {
    const rowSize = columns * map.channels * to.size
    sameSize('A convolution', weight.length, rows * rowSize)
    if (bias) sameSize('A bias', bias.length, to.size)
    const products: Operation[] = []
    for (let row = 0; row < rows; row++) {
      const kernel = weight.subarray(row * rowSize, (row + 1) * rowSize)
      const { first, count } = usedInputs(kernel, to.size)
      if (count === 0 && (products.length > 0 || row < rows - 1)) continue
      const column = left + Math.floor(first / map.channels)
      checkPlace(map, top + row, column, left + Math.ceil((first + count) / map.channels) - 1)
      products.push({
        kind: 'dense-of-map',
        from: { map, row: top + row, column, channel: first % map.channels },
        inputs: count,
        to,
        weight: kernel.subarray(first * to.size, (first + count) * to.size),
        bias: products.length === 0 ? (bias ?? null) : null,
        plus: products.length > 0 || plus === true ? to : (plus ?? null),
        activation: 'identity',
      })
    }
    const last = products.at(-1)!
    if (last.kind === 'dense-of-map') last.activation = activation
    products.forEach((product) => this.push(product))
  }

  /** Rows of a layer as they become known: at step s, y[at …] = (y +) bias + rows · x[0 … inputs). */
  scheduledRows(options: { from: Vector; to: Vector; steps: readonly ScheduledRows[]; add?: boolean; activation?: Activation }): void {
    const { from, to, steps, add = false, activation = 'identity' } = options
    // Rows are padded to multiples of four inputs.
    if (from.size % 4 !== 0) throw new Error(`Scheduled rows read a vector whose size is a multiple of 4, not ${from.size}.`)
    this.push({ kind: 'scheduled-rows', from, to, steps, add, activation })
  }

  /** y = f(x) */
  activate(activation: Activation, from: Vector, to: Vector = from): void {
    sameSize('An activation', to.size, from.size)
    this.push({ kind: 'activate', activation, from, to })
  }

  copy(from: Vector, to: Vector): void {
    this.activate('identity', from, to)
  }

  /** y = a ∘ b, for example tanh(a)·σ(b). */
  combine(combination: Combination, a: Vector, b: Vector, to: Vector): void {
    sameSize('A combination', a.size, to.size)
    sameSize('A combination', b.size, to.size)
    this.push({ kind: 'combine', combination, a, b, to })
  }

  add(a: Vector, b: Vector, to: Vector = a): void {
    this.combine('sum', a, b, to)
  }

  /** y = tanh(a)·σ(b) */
  gate(a: Vector, b: Vector, to: Vector): void {
    this.combine('gate', a, b, to)
  }

  /** y = scale·x + shift */
  affine(from: Vector, to: Vector, scale: number, shift: number): void {
    sameSize('An affine map', to.size, from.size)
    this.push({ kind: 'affine', from, to, scale, shift })
  }

  /** y = 0 */
  clear(to: Vector): void {
    this.push({ kind: 'clear', to })
  }

  /** y (+)= the row of a table [rows, size of y]. Before the first value (index −1) it is the table's last row. */
  table(options: { table: Float32Array; to: Vector; index: TableIndex; add?: boolean }): void {
    const { table, to, index, add = false } = options
    if (table.length % to.size !== 0) throw new Error(`A table of ${table.length} numbers does not hold rows of ${to.size}.`)
    this.push({ kind: 'table', table, to, index, add })
  }

  /**
   * Takes the value just drawn in: y = scale·value + shift, or with `levels` a one among zeros. With a stride, y moves by that many channels
   * with every step.
   */
  value(to: Vector, { stride = 0, scale = 1, shift = 0, levels = 0 } = {}): void {
    this.push({ kind: 'value', to, stride, scale, shift, levels })
  }

  /** y = x[index · stride …]: the part of a long vector that this step, position or row needs. */
  slice(from: Vector, to: Vector, stride: number, index: StepIndex): void {
    this.push({ kind: 'slice', from, to, stride, index, source: 'vector' })
  }

  /** y = condition[index · stride + first …]; stride 0: the same for every step. */
  condition(to: Vector, { first = 0, stride = 0, index = 'position' as StepIndex } = {}): void {
    this.push({ kind: 'slice', from: { offset: first, size: to.size }, to, stride, index, source: 'condition' })
  }

  /** to[index · stride …] = x: a cache with a place for each step. */
  writeSlice(from: Vector, to: Vector, stride: number, index: StepIndex): void {
    this.push({ kind: 'write-slice', from, to, stride, index })
  }

  /** A causal queue: y = [x_{t−(k−1)d}, …, x_{t−d}, x_t], zeros before the start. Give each queue its own `ring` and `cursor` (plan.queue). */
  queue(options: { ring: Vector; cursor: Vector; from: Vector; to: Vector; taps: number; dilation: number }): void {
    const { ring, from, to, taps, dilation } = options
    sameSize('A queue', to.size, taps * from.size)
    if (ring.size < (taps - 1) * dilation * from.size) throw new Error('The ring of a queue is too small.')
    this.push({ kind: 'queue', ...options })
  }

  /** Keeps x at this pixel (or beside it), for later ones. */
  store(from: Vector, place: MapPlace): void {
    checkPlace(place.map, place.row, place.column, place.column)
    this.push({ kind: 'map-store', from, place })
  }

  /** y = what a map holds at (row + …, column + …). */
  load(place: MapPlace, to: Vector): void {
    checkPlace(place.map, place.row, place.column, place.column)
    this.push({ kind: 'map-load', place, to })
  }

  /**
   * After a draw, at step s: y += (scale·value + shift)·table[s], or with `levels` y += table[s·levels + value]. table [steps (· levels), size
   * of y], rows in generation order. triangular: entries up to and including s of row s are zero and are skipped.
   */
  accumulate(options: { to: Vector; table: Float32Array; levels?: number; scale?: number; shift?: number; triangular?: boolean }): void {
    const { to, table, levels = 0, scale = 1, shift = 0, triangular = false } = options
    if (to.size % 4 !== 0) throw new Error(`An accumulated vector has a size that is a multiple of 4, not ${to.size}.`)
    this.push({ kind: 'accumulate', to, table, levels, scale, shift, triangular })
  }

  /** c = σ(f)·before + σ(i)·tanh(g), h = σ(o)·tanh(c); `gates` holds the four in the given order. */
  lstm(options: { gates: Vector; order: readonly LstmGate[]; before?: Vector; cell: Vector; hidden: Vector }): void {
    const { gates, order, cell, before = cell, hidden } = options
    sameSize('The gates of an LSTM', gates.size, 4 * hidden.size)
    this.push({ kind: 'lstm', gates, order, before, cell, hidden })
  }

  /** h = (1 − σ(z))·tanh(n) + σ(z)·h, the last step of a GRU. */
  mixState(update: Vector, candidate: Vector, hidden: Vector): void {
    this.push({ kind: 'mix-state', update, candidate, hidden })
  }

  /** y = scale ⊙ (x − mean) / √(variance + ε) + shift, over the channels. */
  normalise(options: { from: Vector; to: Vector; scale: Float32Array; shift: Float32Array; epsilon: number }): void {
    this.push({ kind: 'normalise', ...options })
  }

  /** At the first pixel of each row: the operations that `write` writes, for every column of the row, or of a map's `columns` (right to left with `reverse`). */
  eachColumn(write: (body: PlanWriter) => void, { reverse = false, columns = null as number | null } = {}): void {
    const body: Operation[] = []
    write(new PlanWriter(() => body))
    this.push({ kind: 'each-column', body, columns, reverse })
  }

  /**
   * The operations that `write` writes, at some pixels alone, and with the row and column of a coarser (or finer) map: see PixelChoice. Without masks
   * at every pixel.
   */
  atPixels({ rowMask = 0, rowIs = 0, columnMask = 0, columnIs = 0, shift = 0 }: Partial<PixelChoice>, write: (body: PlanWriter) => void): void {
    const body: Operation[] = []
    write(new PlanWriter(() => body))
    this.push({ kind: 'at-pixels', body, rowMask, rowIs, columnMask, columnIs, shift })
  }

  /** For the plan builder's compound primitives. */
  raw(operation: Operation): void {
    this.push(operation)
  }
}

function sameSize(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what} holds ${found} numbers where its vectors need ${expected}.`)
}

function checkPlace(map: PixelMap, row: number, first: number, last: number): void {
  if (row > 0 || row <= -map.rows || first < -map.left || last > map.right)
    throw new Error(`A map of ${map.rows} rows, ${map.left} left and ${map.right} right is read at row ${row}, columns ${first} to ${last}.`)
}

/** Inputs between the first and the last that any output uses. */
function usedInputs(weight: Float32Array, outputs: number): { first: number; count: number } {
  let last = weight.length - 1
  while (last >= 0 && weight[last] === 0) last--
  if (last < 0) return { first: 0, count: 0 }
  let first = 0
  while (weight[first] === 0) first++
  const from = Math.floor(first / outputs)
  return { first: from, count: Math.floor(last / outputs) + 1 - from }
}
