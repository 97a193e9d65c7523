import { expect, it } from 'vitest'
import { equationParts } from './equation'

const shown = (equation: string): string => equationParts(equation).map(({ text, sub }) => (sub ? `[${text}]` : text)).join('')

it('puts indices below the line, and leaves all else as it is', () => {
  expect(shown('p(x_i | x_<i) = softmax(f(x ⊙ mask))_i: mask A')).toBe('p(x[i] | x[<i]) = softmax(f(x ⊙ mask))[i]: mask A')
  expect(shown('h_i = σ(c + W_{·,<i} x_<i)')).toBe('h[i] = σ(c + W[·,<i] x[<i])')
  expect(shown('K_state ⊛ h_(row above)')).toBe('K[state] ⊛ h[row above]')
  expect(shown('p(x) = ∏ p(x_i), n_ik')).toBe('p(x) = ∏ p(x[i]), n[ik]')
  expect(shown('no index')).toBe('no index')
})
