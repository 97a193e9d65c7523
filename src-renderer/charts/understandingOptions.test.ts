import { expect, test } from 'vitest'
import { lightTheme } from './palette'
import { bitsOption, pitShares, reliabilityOption } from './understandingOptions'

test('a uniform histogram lies at 1, its band shrinks with the root of the number', () => {
  const { shares, band } = pitShares({ counts: [25, 25, 25, 25], total: 100 })
  expect(shares).toEqual([1, 1, 1, 1])
  expect(band).toBeCloseTo(8 * Math.sqrt((0.25 * 0.75) / 100), 12)
  expect(pitShares({ counts: [2500, 2500, 2500, 2500], total: 10_000 }).band).toBeCloseTo(band / 10, 12)
  expect(pitShares({ counts: [0, 0], total: 0 })).toEqual({ shares: [0, 0], band: 0 })
})

test('bins without a pixel are left out of the reliability curve', () => {
  const option = reliabilityOption(
    { of: 'one', error: 0, bins: [{ count: 0, predicted: 0, observed: 0 }, { count: 4, predicted: 3, observed: 2 }] },
    lightTheme,
    { given: '', came: '', ideal: '', count: String },
  )
  const series = option.series as { data: number[][] }[]
  expect(series.at(-1)?.data).toEqual([[0.75, 0.5, 4]])
})

test('bits are nats over ln 2', () => {
  const option = bitsOption({ nats: [Math.LN2 * 40], pngBits: [80], indices: [3] }, lightTheme, { x: '', y: '', equal: '', point: String })
  expect((option.series as { data: number[][] }[])[1]?.data[0]?.map(Math.round)).toEqual([80, 40])
})
