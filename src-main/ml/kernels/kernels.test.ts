import { describe, expect, it } from 'vitest'
import { expectEach, numbers, sigmoid } from '../sampling/kernelTestSupport'
import type { Activation, Combination } from './operations'
import { PlanBuilder, part } from './planBuilder'

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

  it('at some pixels, at the place of a coarser map', () => {
    // The coarse map holds 10 · row + column of its own, written where it has a position and read by the four pixels of each.
    const [width, height] = [4, 4]
    const table = (of: (at: number) => number): Float32Array => Float32Array.from({ length: 4 }, (_value, at) => of(at))
    expectEach(
      ({ plan, step }) => {
        const [place, column, odd, read, both] = [plan.vector(1), plan.vector(1), plan.vector(1), plan.vector(1), plan.vector(3)]
        const coarse = plan.map(1, { above: 0, left: 0, right: 0, width: width / 2 })
        step.atPixels({ rowMask: 1, columnMask: 1, shift: 1 }, (body) => {
          body.table({ table: table((row) => 10 * row), to: place, index: 'row' })
          body.table({ table: table((at) => at), to: column, index: 'column' })
          body.add(place, column)
          body.store(place, { map: coarse, row: 0, column: 0 })
        })
        step.clear(odd)
        step.atPixels({ rowMask: 1, rowIs: 1, columnMask: 3, columnIs: 2 }, (body) => body.affine(odd, odd, 0, 1))
        // Nested, and back: twice the place and half of it again.
        step.atPixels({ shift: -1 }, (body) => body.atPixels({ shift: 2 }, (again) => again.load({ map: coarse, row: 0, column: 0 }, read)))
        step.copy(read, part(both, 0, 1))
        step.copy(odd, part(both, 1, 1))
        step.table({ table: table((row) => row), to: part(both, 2, 1), index: 'row' })
        return both
      },
      (step) => {
        const [row, column] = [Math.floor(step / width), step % width]
        return [10 * (row >> 1) + (column >> 1), Number(row % 2 === 1 && column === 2), row]
      },
      { steps: width * height, width },
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

it('a plan without a draw, or with attention over endless steps, is refused', () => {
  expect(() => new PlanBuilder().build()).toThrow(/draws nothing/)
  const plan = new PlanBuilder()
  const vector = plan.vector(4)
  expect(() => plan.attend({ query: vector, key: vector, value: vector, to: vector, heads: 1 })).toThrow(/how many there are/)
  expect(() => part(vector, 2, 3)).toThrow(/outside/)
})
