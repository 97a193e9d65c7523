import { afterEach, expect, test } from 'vitest'
import { computed } from 'vue'
import { formatCompact, formatCount, formatLikelihood, significant, steady } from './format'
import { numberStyle } from './numberStyle'

afterEach(() => Object.assign(numberStyle, { grouping: 'comma', digits: 'usual' }))

test('thousands are separated as chosen, and the decimal point stays', () => {
  const shown = () => [formatCount(50_000), formatLikelihood(-1234.5, 'nats'), significant(1234.5, 5), steady(12_345), formatCompact(1_234_567)]
  expect(shown()).toEqual(['50,000', '−1,234.50', '1,234.5', '12,345', '1.23\u202FM'])
  numberStyle.grouping = 'space'
  expect(shown()).toEqual(['50\u202F000', '−1\u202F234.50', '1\u202F234.5', '12\u202F345', '1.23\u202FM'])
  numberStyle.grouping = 'none'
  expect(shown()).toEqual(['50000', '−1234.50', '1234.5', '12345', '1.23\u202FM'])
})

test('two digits more of a likelihood, and figures that are shown follow', () => {
  const figure = computed(() => [formatLikelihood(86.337, 'nats'), formatLikelihood(0.1588, 'bits/dim')])
  expect(figure.value).toEqual(['86.34', '0.159'])
  numberStyle.digits = 'more'
  expect(figure.value).toEqual(['86.3370', '0.15880'])
})
