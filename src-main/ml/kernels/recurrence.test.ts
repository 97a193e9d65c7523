import { describe, expect, it } from 'vitest'
import { expectEach, numbers, run, sigmoid } from '../sampling/kernelTestSupport'

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
