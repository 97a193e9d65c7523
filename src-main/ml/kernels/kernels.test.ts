import { describe, expect, it } from 'vitest'
import { steppedSampler } from '../sampling/kernelSampler'
import { randomStream } from '../tensor/random'
import type { Activation, Combination, Vector } from './operations'
import { PlanBuilder, part } from './planBuilder'
import type { PhaseWriter } from './planBuilder'

const numbers = (name: string, length: number, size = 1): Float32Array =>
  randomStream(3, name).fillNormal(new Float32Array(length)).map((value) => value * size)
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

interface Scene {
  plan: PlanBuilder
  step: PhaseWriter
  /** A vector that holds the given numbers at every step. */
  holding(values: Float32Array): Vector
}

/** What `describe` leaves in its vector at each step, for every stream; drawn values are those of `draws` [steps][streams]. */
function run(
  write: (scene: Scene) => Vector,
  { steps = 1, streams = 3, width = 1, draws = [] as number[][], lanes = 1 as 1 | 8, condition = null as Float32Array | null, conditionSize = 0 } = {},
): Float32Array[] {
  const plan = new PlanBuilder({ steps, width, conditionSize })
  const scene: Scene = {
    plan,
    step: plan.step,
    holding(values) {
      const vector = plan.vector(values.length)
      plan.start.table({ table: values, to: vector, index: 'step' })
      return vector
    },
  }
  const out = write(scene)
  if (!plan.step.head) plan.step.drawOutside(out)
  const sampler = steppedSampler(plan.build(), streams, steps, condition, lanes)
  return Array.from({ length: steps }, (_value, step) => {
    const seen = Float32Array.from(sampler.logits(step))
    sampler.accept(step, Float32Array.from({ length: streams }, (_stream, stream) => draws[step]?.[stream] ?? 0))
    return seen
  })
}

/** Rows of streams agree with what is expected of each, in both layouts, and the layouts to the last bit. */
function expectEach(write: (scene: Scene) => Vector, expected: (step: number, stream: number) => ArrayLike<number>, options: Parameters<typeof run>[1] = {}, tolerance = 2e-6): void {
  const alone = run(write, { ...options, lanes: 1 })
  const together = run(write, { ...options, lanes: 8 })
  const streams = options.streams ?? 3
  alone.forEach((all, step) => {
    expect(Array.from(together[step]!)).toEqual(Array.from(all))
    const size = all.length / streams
    for (let stream = 0; stream < streams; stream++) {
      const row = Array.from(expected(step, stream))
      expect(row).toHaveLength(size)
      row.forEach((value, index) => {
        const found = all[stream * size + index]!
        if (!(Math.abs(found - value) <= tolerance * (1 + Math.abs(value)))) throw new Error(`step ${step}, stream ${stream}, channel ${index}: ${found}, not ${value}`)
      })
    }
  })
}

describe('products', () => {
  it.each([
    [1, 1],
    [5, 3],
    [7, 30],
    [64, 61],
    [31, 32],
    [33, 77],
    [128, 100],
  ])('of %i inputs and %i outputs, with and without a start', (inputs, outputs) => {
    const [x, weight, bias, start] = [numbers('x', inputs), numbers('weight', inputs * outputs), numbers('bias', outputs), numbers('start', outputs)]
    const product = (output: number): number => x.reduce((sum, value, input) => sum + value * weight[input * outputs + output]!, 0)
    expectEach(
      ({ plan, step, holding }) => {
        // A neighbour right behind the result shows a write beyond its end.
        const [both, to, neighbour] = plan.vectors(outputs, 2)
        step.clear(neighbour!)
        step.dense({ from: holding(x), to: to!, weight, bias, plus: holding(start) })
        step.dense({ from: holding(x), to: to!, weight, plus: true })
        step.dense({ from: holding(x), to: to!, weight: weight.map((value) => -value), plus: true, activation: 'relu' })
        return both
      },
      () => [...Array.from({ length: outputs }, (_value, output) => Math.max(0, start[output]! + bias[output]! + product(output))), 0, 0],
      {},
      1e-5,
    )
  })

  it('skip inputs that are masked at either end', () => {
    const weight = numbers('weight', 9 * 4)
    weight.fill(0, 0, 2 * 4)
    weight.fill(0, 6 * 4)
    const x = numbers('x', 9)
    const plan = new PlanBuilder()
    plan.step.dense({ from: plan.vector(9), to: plan.vector(4), weight })
    expect(plan.step.before[0]).toMatchObject({ from: { offset: 2, size: 4 } })
    expectEach(
      ({ plan, step, holding }) => {
        const to = plan.vector(4)
        step.dense({ from: holding(x), to, weight })
        return to
      },
      () => [0, 1, 2, 3].map((output) => x.reduce((sum, value, input) => sum + value * weight[input * 4 + output]!, 0)),
    )
  })

  it('refuse weights that do not fit', () => {
    const plan = new PlanBuilder()
    expect(() => plan.step.dense({ from: plan.vector(3), to: plan.vector(2), weight: new Float32Array(5) })).toThrow(/holds 5 numbers.*need 6/)
  })

  it('of rows as they become known', () => {
    const [x, rows] = [numbers('x', 8), numbers('rows', 40)]
    // Step s computes one more unit, over s + 1 inputs; none at step 2.
    const steps = [0, 1, 2, 3].map((step) => {
      const count = step === 2 ? 0 : step === 3 ? 2 : 1
      return { at: step === 3 ? 2 : step, inputs: step + 1, weight: rows.slice(step * 8, step * 8 + count * (step + 1)), bias: numbers(`bias ${step}`, count) }
    })
    const known = new Float64Array(4)
    expectEach(
      ({ plan, step, holding }) => {
        const to = plan.vector(4)
        step.scheduledRows({ from: holding(x), to, steps, activation: 'tanh' })
        return to
      },
      (at) => {
        const { at: first, inputs, weight, bias } = steps[at]!
        bias.forEach((start, row) => {
          let sum = start
          for (let input = 0; input < inputs; input++) sum += weight[row * inputs + input]! * x[input]!
          known[first + row] = Math.tanh(sum)
        })
        return Float64Array.from(known)
      },
      { steps: 4 },
    )
  })
})

describe('functions of single numbers', () => {
  const forms: Record<Activation, (x: number) => number> = {
    identity: (x) => x,
    relu: (x) => Math.max(0, x),
    tanh: Math.tanh,
    sigmoid,
    softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
    exp: (x) => Math.exp(x),
    elu: (x) => (x > 0 ? x : Math.expm1(x)),
    gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    swish: (x) => x * sigmoid(x),
    negate: (x) => -x,
  }
  it.each(Object.keys(forms) as Activation[])('%s', (activation) => {
    const x = Float32Array.from({ length: 101 }, (_value, index) => (index - 50) / 4)
    expectEach(
      ({ plan, step, holding }) => {
        const to = plan.vector(x.length)
        step.activate(activation, holding(x), to)
        return to
      },
      () => x.map(forms[activation]),
    )
  })

  it('stay finite far out', () => {
    const x = Float32Array.of(-1e30, -500, -90, 90, 500, 1e30)
    for (const [activation, limits] of [
      ['tanh', [-1, -1, -1, 1, 1, 1]],
      ['sigmoid', [0, 0, 0, 1, 1, 1]],
      ['softplus', [0, 0, 0, 90, 500, 1e30]],
    ] as const) {
      expectEach(({ plan, step, holding }) => {
        const to = plan.vector(6)
        step.activate(activation, holding(x), to)
        return to
      }, () => limits)
    }
  })

  const combinations: Record<Combination, (a: number, b: number) => number> = {
    sum: (a, b) => a + b,
    product: (a, b) => a * b,
    gate: (a, b) => Math.tanh(a) * sigmoid(b),
    'sigmoid-gate': (a, b) => a * sigmoid(b),
    difference: (a, b) => a - b,
  }
  it.each(Object.keys(combinations) as Combination[])('%s', (combination) => {
    const [a, b] = [numbers('a', 13, 4), numbers('b', 13, 4)]
    expectEach(
      ({ plan, step, holding }) => {
        const to = plan.vector(13)
        step.combine(combination, holding(a), holding(b), to)
        step.affine(to, to, 3, -0.5)
        return to
      },
      () => a.map((value, index) => 3 * combinations[combination](value, b[index]!) - 0.5),
    )
  })
})

describe('what is kept', () => {
  const draws = [
    [2, 0, 1],
    [1, 1, 2],
    [0, 2, 0],
    [2, 2, 1],
    [1, 0, 0],
    [0, 1, 2],
    [1, 1, 1],
  ]

  it('rows of tables by the value drawn last, with one for none yet', () => {
    const table = numbers('table', 4 * 5)
    expectEach(
      ({ plan, step }) => {
        const to = plan.vector(5)
        step.table({ table, to, index: 'value' })
        step.table({ table: new Float32Array(5 * 7).fill(1), to, index: 'step', add: true })
        return to
      },
      (step, stream) => table.slice((step === 0 ? 3 : draws[step - 1]![stream]!) * 5).slice(0, 5).map((value) => value + 1),
      { steps: 7, draws },
    )
  })

  it('values, scaled, one-hot and one beside the other', () => {
    expectEach(
      ({ plan, step }) => {
        const [all, scaled, hot, rows] = plan.vectors(1, 3, 14)
        step.drawOutside(all)
        step.value(scaled!, { scale: 2, shift: -1 })
        step.value(hot!, { levels: 3 })
        step.value({ offset: rows!.offset, size: 1 }, { stride: 2, scale: 10 })
        return all
      },
      (step, stream) => {
        if (step === 0) return new Float32Array(18)
        const last = draws[step - 1]![stream]!
        const rows = Array.from({ length: 14 }, (_value, index) => (index % 2 === 0 && index / 2 < step ? 10 * draws[index / 2]![stream]! : 0))
        return [2 * last - 1, ...[0, 1, 2].map((level) => Number(level === last)), ...rows]
      },
      { steps: 7, draws },
    )
  })

  it.each([
    [2, 1],
    [2, 3],
    [3, 2],
    [1, 1],
  ])('a queue of %i taps, %i apart', (taps, dilation) => {
    const table = numbers('inputs', 7 * 3)
    expectEach(
      ({ plan, step }) => {
        const [x, to] = [plan.vector(3), plan.vector(3 * taps)]
        step.table({ table, to: x, index: 'step' })
        step.queue({ ...plan.queue(3, taps, dilation), from: x, to, taps, dilation })
        return to
      },
      (step) =>
        Array.from({ length: taps }, (_value, tap) => step - (taps - 1 - tap) * dilation).flatMap((at) =>
          at < 0 ? [0, 0, 0] : Array.from(table.subarray(at * 3, at * 3 + 3)),
        ),
      { steps: 7 },
    )
  })

  it('a map of pixels, and a convolution over it', () => {
    const [width, height, channels, outputs] = [4, 3, 2, 5]
    const [table, kernel, bias] = [numbers('pixels', width * height * channels), numbers('kernel', 2 * 3 * channels * outputs), numbers('bias', outputs)]
    // The pixels right of the centre in its own row are not known yet.
    kernel.fill(0, (3 + 2) * channels * outputs)
    const at = (row: number, column: number, channel: number): number =>
      row < 0 || column < 0 || column >= width ? 0 : table[(row * width + column) * channels + channel]!
    expectEach(
      ({ plan, step }) => {
        const [x, [all, convolved, above]] = [plan.vector(channels), plan.vectors(outputs, channels)]
        const map = plan.map(channels, { above: 1, left: 1, right: 1 })
        step.table({ table, to: x, index: 'position' })
        step.store(x, { map, row: 0, column: 0 })
        step.convolve({ map, to: convolved!, weight: kernel, bias, rows: 2, columns: 3, top: -1, left: -1 })
        step.load({ map, row: -1, column: 1 }, above!)
        return all
      },
      (step) => {
        const [row, column] = [Math.floor(step / width), step % width]
        const convolved = Array.from(bias, (start, output) => {
          let sum = start
          for (let dy = 0; dy < 2; dy++)
            for (let dx = 0; dx < 3; dx++)
              for (let channel = 0; channel < channels; channel++) {
                const weight = kernel[((dy * 3 + dx) * channels + channel) * outputs + output]!
                if (weight !== 0) sum += weight * at(row - 1 + dy, column - 1 + dx, channel)
              }
          return sum
        })
        return [...convolved, at(row - 1, column + 1, 0), at(row - 1, column + 1, 1)]
      },
      { steps: width * height, width },
    )
  })

  it('refuses to read a map where it keeps nothing', () => {
    const plan = new PlanBuilder({ width: 3 })
    const map = plan.map(1, { above: 1, left: 1, right: 0 })
    expect(() => plan.step.load({ map, row: -2, column: 0 }, plan.vector(1))).toThrow(/read at row -2/)
    expect(() => plan.step.load({ map, row: 0, column: 1 }, plan.vector(1))).toThrow(/columns 1/)
  })

  it.each([false, true])('a row at a time, reversed: %s', (reverse) => {
    // Running sums along a row, made when the row begins.
    const width = 3
    expectEach(
      ({ plan, step }) => {
        const [sum, column, to] = [plan.vector(1), plan.vector(1), plan.vector(1)]
        const map = plan.map(1, { above: 0, left: 0, right: 0 })
        step.eachColumn(
          (body) => {
            body.table({ table: Float32Array.of(1, 10, 100), to: column, index: 'column' })
            body.add(sum, column)
            body.store(sum, { map, row: 0, column: 0 })
          },
          { reverse },
        )
        step.load({ map, row: 0, column: 0 }, to)
        return to
      },
      (step) => {
        const [row, column] = [Math.floor(step / width), step % width]
        const within = reverse ? [111, 110, 100][column]! : [1, 11, 111][column]!
        return [111 * row + within]
      },
      { steps: 6, width },
    )
  })

  it('activations added up by value', () => {
    const [table, hot] = [numbers('table', 7 * 8), numbers('hot', 7 * 3 * 4)]
    const sums = Array.from({ length: 3 }, () => ({ plain: new Float64Array(8), hot: new Float64Array(4) }))
    expectEach(
      ({ plan, step }) => {
        const [all, plain, levels] = plan.vectors(8, 4)
        step.drawOutside(all)
        step.accumulate({ to: plain!, table, scale: 2, shift: -1 })
        step.accumulate({ to: levels!, table: hot, levels: 3 })
        return all
      },
      (step, stream) => {
        const sum = sums[stream]!
        const row = [...sum.plain, ...sum.hot]
        const value = draws[step]![stream]!
        sum.plain.forEach((_value, index) => (sum.plain[index]! += (2 * value - 1) * table[step * 8 + index]!))
        sum.hot.forEach((_value, index) => (sum.hot[index]! += hot[(step * 3 + value) * 4 + index]!))
        return row
      },
      { steps: 7, draws },
    )
  })

  it('conditions, whole and by step', () => {
    const condition = numbers('condition', 3 * 6)
    expectEach(
      ({ plan, step }) => {
        const [all, whole, moving, fromClass] = plan.vectors(3, 1, 1)
        step.condition(whole!)
        step.condition(moving!, { first: 3, stride: 1, index: 'step' })
        step.table({ table: Float32Array.of(5, 6, 7), to: fromClass!, index: 'condition' })
        return all
      },
      (step, stream) => {
        const own = condition.subarray(stream * 6, stream * 6 + 6)
        const index = Math.trunc(own[0]!)
        return [...own.subarray(0, 3), own[3 + step]!, index < 0 ? 7 : [5, 6, 7][Math.min(2, index)]!]
      },
      { steps: 3, condition, conditionSize: 6 },
    )
  })
})

describe('recurrence', () => {
  it('the cells of an LSTM and a GRU', () => {
    const [size, steps] = [5, 6]
    const [gates, update, candidate] = [numbers('gates', steps * 4 * size, 2), numbers('update', steps * size, 2), numbers('candidate', steps * size, 2)]
    const [cell, state] = [new Float64Array(size), new Float64Array(size)]
    expectEach(
      ({ plan, step }) => {
        const [all, hidden, mixed] = plan.vectors(size, size)
        const [input, z, n] = [plan.vector(4 * size), plan.vector(size), plan.vector(size)]
        step.table({ table: gates, to: input, index: 'step' })
        step.table({ table: update, to: z, index: 'step' })
        step.table({ table: candidate, to: n, index: 'step' })
        step.lstm({ gates: input, order: ['output', 'input', 'candidate', 'forget'], cell: plan.vector(size), hidden: hidden! })
        step.mixState(z, n, mixed!)
        return all
      },
      (step, stream) => {
        if (stream > 0) return lastRow
        const gate = (index: number, unit: number): number => gates[(step * 4 + index) * size + unit]!
        cell.forEach((_value, unit) => (cell[unit] = sigmoid(gate(3, unit)) * cell[unit]! + sigmoid(gate(1, unit)) * Math.tanh(gate(2, unit))))
        state.forEach((before, unit) => {
          const keep = sigmoid(update[step * size + unit]!)
          state[unit] = (1 - keep) * Math.tanh(candidate[step * size + unit]!) + keep * before
        })
        lastRow = [...cell.map((value, unit) => sigmoid(gate(0, unit)) * Math.tanh(value)), ...state]
        return lastRow
      },
      { steps },
    )
  })
  let lastRow: number[] = []

  it('states that fade become zero, never denormal', () => {
    const steps = 400
    const rows = run(
      ({ plan, step }) => {
        const [gates, cell, hidden] = [plan.vector(16), plan.vector(4), plan.vector(4)]
        plan.start.affine(cell, cell, 0, 1)
        // Input, forget, candidate, output: halved at every step.
        step.lstm({ gates, order: ['input', 'forget', 'candidate', 'output'], cell, hidden })
        return cell
      },
      { steps, lanes: 8 },
    )
    expect(rows[10]![0]).toBeCloseTo(2 ** -11, 8)
    expect(Array.from(rows.at(-1)!)).toEqual(new Array(12).fill(0))
  })

  it('layer normalisation', () => {
    const [x, scale, shift] = [numbers('x', 11, 3), numbers('scale', 11), numbers('shift', 11)]
    const mean = x.reduce((sum, value) => sum + value, 0) / 11
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 11
    expectEach(
      ({ plan, step, holding }) => {
        const to = plan.vector(11)
        step.normalise({ from: holding(x), to, scale, shift, epsilon: 1e-5 })
        return to
      },
      () => x.map((value, index) => (scale[index]! * (value - mean)) / Math.sqrt(variance + 1e-5) + shift[index]!),
    )
  })

  it.each([
    [1, 4],
    [2, 16],
    [2, 5],
    [3, 20],
    [1, 3],
  ])('attention of %i heads of %i channels', (heads, size) => {
    const [steps, channels] = [9, heads * size]
    const [queries, keys, values] = ['q', 'k', 'v'].map((name) => numbers(name, steps * channels))
    expectEach(
      ({ plan, step }) => {
        const [query, key, value, to] = [plan.vector(channels), plan.vector(channels), plan.vector(channels), plan.vector(channels)]
        step.table({ table: queries!, to: query, index: 'step' })
        step.table({ table: keys!, to: key, index: 'step' })
        step.table({ table: values!, to: value, index: 'step' })
        plan.attend({ query, key, value, to, heads })
        return to
      },
      (step) =>
        Array.from({ length: channels }, (_value, channel) => {
          const head = Math.floor(channel / size)
          const masses = Array.from({ length: step + 1 }, (_score, before) => {
            let score = 0
            for (let index = head * size; index < (head + 1) * size; index++) score += queries![step * channels + index]! * keys![before * channels + index]!
            return Math.exp(score / Math.sqrt(size))
          })
          const total = masses.reduce((sum, mass) => sum + mass, 0)
          return masses.reduce((sum, mass, before) => sum + (mass / total) * values![before * channels + channel]!, 0)
        }),
      { steps },
      5e-6,
    )
  })
})

it('a plan without a draw, or with attention over endless steps, is refused', () => {
  expect(() => new PlanBuilder().build()).toThrow(/draws nothing/)
  const plan = new PlanBuilder()
  const vector = plan.vector(4)
  expect(() => plan.attend({ query: vector, key: vector, value: vector, to: vector, heads: 1 })).toThrow(/how many there are/)
  expect(() => part(vector, 2, 3)).toThrow(/outside/)
})
