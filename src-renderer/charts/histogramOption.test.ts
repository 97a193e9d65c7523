import { expect, it } from 'vitest'
import type { HistogramRecord, Magnitudes } from '../../src-main/contract'
import { histogramMapOption, histogramsToCsv, thinned } from './histogramOption'
import { lightTheme } from './palette'

const magnitudes: Magnitudes = { first: 3, counts: [1, 2, 1], below: 0, above: 0, negative: 0, rms: 0.1 }
const records = Array.from({ length: 3000 }, (_value, index): HistogramRecord => ({ step: 20 * (index + 1), epoch: index, seconds: index, layers: [{ name: 'out', weights: magnitudes, gradients: magnitudes }] }))

it('draws a hundred columns at most, however many validations there were; files have them all', () => {
  const drawn = thinned(records)
  expect(drawn.length).toBeLessThanOrEqual(97)
  expect(drawn.at(-1)).toBe(records.at(-1))
  expect(thinned(records.slice(0, 96))).toHaveLength(96)
  const words = { magnitude: 'magnitude', share: 'share', smaller: 'smaller', rms: 'rms' }
  const option = histogramMapOption({ records: drawn, layer: 'out', part: 'weights', axis: 'step', axisTitle: 'step', words, theme: lightTheme })
  expect((option.series as { data: unknown[] }[])[0]!.data).toHaveLength(3 * drawn.length)
  expect(histogramsToCsv(records, 'out', 'weights').trim().split('\r\n')).toHaveLength(1 + 5 * records.length)
})

it('keeps the columns that are drawn as more come, until every other of them goes', () => {
  const [before, after] = [thinned(records.slice(0, 1600)), thinned(records.slice(0, 1700))]
  for (const record of before.filter((_record, index) => index % 2 === 1)) expect(after).toContain(record)
})
