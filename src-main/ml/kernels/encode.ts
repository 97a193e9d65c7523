import type { Activation, Combination, LstmGate, MapPlace, Operation, TableIndex, Vector } from './operations'
import type { Lanes } from './pack'
import { packDense, padRows, roundUp } from './pack'

/** Words of an operation's record (assembly/interpret.ts). */
export const RECORD_WORDS = 16

const codes = {
  dense: 0,
  'dense-of-map': 1,
  'scheduled-rows': 2,
  activate: 3,
  combine: 4,
  affine: 5,
  clear: 6,
  table: 7,
  value: 8,
  slice: 9,
  'write-slice': 10,
  queue: 11,
  'map-store': 12,
  'map-load': 13,
  accumulate: 14,
  nade: 15,
  lstm: 16,
  'mix-state': 17,
  normalise: 18,
  attend: 19,
  'each-column': 20,
  'at-pixels': 21,
} as const satisfies Record<Operation['kind'], number>

const activations: readonly Activation[] = ['identity', 'relu', 'tanh', 'sigmoid', 'softplus', 'exp', 'elu', 'gelu', 'swish', 'negate']
const combinations: readonly Combination[] = ['sum', 'product', 'gate', 'sigmoid-gate', 'difference']
const tableIndices: readonly TableIndex[] = ['value', 'condition', 'step', 'position', 'row', 'column', 'phase']

/** Constant numbers of a job, each placed once however many workers read it. */
export interface Constants {
  /** Address of the numbers that `make` gives for this source; made once for each source and purpose. */
  place(source: object, purpose: string, make: () => Float32Array | Int32Array): number
  /** Address of exp(−values), `count` of them (a multiple of 4) at `from`. */
  exponentials(from: number, count: number): number
  /** Address of at least `count` zeros. */
  zeros(count: number): number
}

interface Surroundings {
  lanes: Lanes
  constants: Constants
  width: number
  /** Addresses of the worker's vectors and of its condition. */
  state: number
  conditions: number
}

/** Records of operations, the bodies of loops behind their heads. */
export function encodeOperations(operations: readonly Operation[], around: Surroundings): Int32Array {
  const words = operations.flatMap((operation) => recordsOf(operation, around))
  return Int32Array.from(words)
}

function recordsOf(operation: Operation, around: Surroundings): number[] {
  const body = 'body' in operation ? operation.body.flatMap((inner) => recordsOf(inner, around)) : []
  const record = [codes[operation.kind], ...argumentsOf(operation, around, body.length / RECORD_WORDS)]
  while (record.length < RECORD_WORDS) record.push(0)
  if (record.length > RECORD_WORDS) throw new Error(`The operation '${operation.kind}' has too many arguments.`)
  return [...record, ...body]
}

/** The bits of a float32 as a word. */
const bits = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0]!

function argumentsOf(operation: Operation, around: Surroundings, bodyLength: number): number[] {
  const { lanes, constants, state, width } = around
  const at = (vector: Vector): number => state + vector.offset * lanes * 4
  const place = ({ map, row, column, channel = 0 }: MapPlace): number[] => {
    const pitch = map.channels * lanes * 4
    const base = state + (map.offset + map.left * map.channels) * lanes * 4
    return [base, row, column, map.rows, (map.left + map.width + map.right) * pitch, pitch, channel]
  }
  const dense = (inputs: number, { to, weight, bias, plus, activation }: Extract<Operation, { kind: 'dense' }>): number[] => [
    inputs,
    at(to),
    to.size,
    constants.place(weight, `dense ${lanes}`, () => packDense(weight, to.size, lanes)),
    bias ? constants.place(bias, 'bias', () => padRows(bias, bias.length, roundUp(bias.length, 32))) : constants.zeros(roundUp(to.size, 32)),
    plus ? at(plus) : constants.zeros(roundUp(to.size, 32) * lanes),
    activations.indexOf(activation),
  ]
  const plain = (values: Float32Array): number => constants.place(values, 'plain', () => values)

  switch (operation.kind) {
    case 'dense':
      return [at(operation.from), ...dense(operation.from.size, operation)]
    case 'dense-of-map':
      // The record's words 9… hold the place.
      return [0, ...dense(operation.inputs, { ...operation, kind: 'dense', from: operation.to }), ...place(operation.from)]
    case 'scheduled-rows':
      return [at(operation.from), at(operation.to), schedule(operation, constants), Number(operation.add), activations.indexOf(operation.activation)]
    case 'activate':
      return [activations.indexOf(operation.activation), at(operation.from), at(operation.to), operation.to.size]
    case 'combine':
      return [combinations.indexOf(operation.combination), at(operation.a), at(operation.b), at(operation.to), operation.to.size]
    case 'affine':
      return [at(operation.from), at(operation.to), operation.to.size, bits(operation.scale), bits(operation.shift)]
    case 'clear':
      return [at(operation.to), operation.to.size]
    case 'table': {
      const { table, to, index, add } = operation
      return [plain(table), at(to), to.size, table.length / to.size, tableIndices.indexOf(index), Number(add)]
    }
    case 'value':
      return [at(operation.to), operation.stride, bits(operation.scale), bits(operation.shift), operation.levels]
    case 'slice': {
      const from = operation.source === 'condition' ? around.conditions + operation.from.offset * lanes * 4 : at(operation.from)
      return [from, operation.stride, at(operation.to), operation.to.size, tableIndices.indexOf(operation.index)]
    }
    case 'write-slice':
      return [at(operation.to), operation.stride, at(operation.from), operation.from.size, tableIndices.indexOf(operation.index)]
    case 'queue': {
      const { ring, cursor, from, to, taps, dilation } = operation
      return [at(ring), at(cursor), at(from), from.size, at(to), taps, dilation]
    }
    case 'map-store':
      return [at(operation.from), operation.from.size, ...place(operation.place)]
    case 'map-load':
      return [at(operation.to), operation.to.size, ...place(operation.place)]
    case 'accumulate': {
      const { to, table, levels, scale, shift, triangular } = operation
      return [at(to), to.size, plain(table), levels, bits(scale), bits(shift), Number(triangular)]
    }
    case 'nade':
      return [at(operation.logits), at(operation.state), operation.hidden, ...nadeTables(operation, constants)]
    case 'lstm': {
      const gates: readonly LstmGate[] = ['input', 'forget', 'candidate', 'output']
      const order = gates.reduce((word, gate, index) => word | (operation.order.indexOf(gate) << (2 * index)), 0)
      return [at(operation.gates), at(operation.before), at(operation.cell), at(operation.hidden), operation.hidden.size, order]
    }
    case 'mix-state':
      return [at(operation.update), at(operation.candidate), at(operation.hidden), operation.hidden.size]
    case 'normalise': {
      const { from, to, scale, shift, epsilon } = operation
      return [at(from), at(to), to.size, plain(scale), plain(shift), bits(epsilon)]
    }
    case 'attend': {
      const { query, keys, values, to, heads, scale, scores } = operation
      return [at(query), at(keys), at(values), at(to), heads, query.size / heads, bits(scale), at(scores)]
    }
    case 'each-column':
      return [bodyLength, operation.columns ?? width, Number(operation.reverse)]
    case 'at-pixels':
      return [bodyLength, operation.rowMask, operation.rowIs, operation.columnMask, operation.columnIs, operation.shift]
  }
}

/** The table of a layer's rows by step: first output, outputs, inputs, weight, bias. */
function schedule({ steps }: Extract<Operation, { kind: 'scheduled-rows' }>, constants: Constants): number {
  return constants.place(steps, 'schedule', () => {
    const table = new Int32Array(steps.length * 5)
    steps.forEach(({ at, weight, inputs, bias }, step) => {
      const rows = bias.length
      if (rows === 0) return
      const padded = roundUp(inputs, 4)
      const weightAt = constants.place(weight, 'rows', () => padRows(weight, inputs, padded))
      table.set([at, rows, padded, weightAt, constants.place(bias, 'plain', () => bias)], step * 5)
    })
    return table
  })
}

/** Largest absolute value; NaN counts as infinite. */
function largest(values: Float32Array): number {
  let most = 0
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index]!)
    if (!(size <= most)) most = size >= 0 ? size : Infinity
  }
  return most
}

/** Beyond these, products of exponentials would leave the range of float32 in one step. */
const MOST_WEIGHT = 15
const MOST_START = 60

function nadeTables({ W, V, b, c, hidden, steps }: Extract<Operation, { kind: 'nade' }>, constants: Constants): number[] {
  const rows = (source: Float32Array): number => constants.place(source, 'rows', () => padRows(source, c.length, hidden))
  const units = constants.place(c, 'units', () => padRows(c.map((value) => 1 / (1 + Math.exp(-value))), c.length, hidden))
  const sums = largest(W) > MOST_WEIGHT || largest(c) > MOST_START
  const [weight, start] = [rows(W), rows(c)]
  const carried = sums ? [0, 0] : [constants.exponentials(weight, steps * hidden), constants.exponentials(start, hidden)]
  return [weight, rows(V), constants.place(b, 'plain', () => b), start, ...carried, units, steps, Number(sums)]
}
