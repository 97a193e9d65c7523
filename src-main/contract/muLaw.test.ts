import { describe, expect, it } from 'vitest'
import { muLawDecode, muLawEncode, muLawTable, SILENCE_LEVEL } from './muLaw'

describe('μ-law', () => {
  it('spans all levels, silence in the middle', () => {
    expect([muLawEncode(-32768), muLawEncode(0), muLawEncode(32767)]).toEqual([0, SILENCE_LEVEL, 255])
  })

  it('encodes every decoded level as itself', () => {
    for (let level = 0; level < 256; level++) expect(muLawEncode(muLawDecode(level) * 32768)).toBe(level)
  })

  it('agrees with the formula at values worked by hand', () => {
    // x = 0.5: ln(128.5)/ln(256) = 0.87570; (1.87570 / 2) · 255 + 0.5 = 239.65
    expect(muLawEncode(16384)).toBe(239)
    expect(muLawEncode(-16384)).toBe(16)
    expect(muLawDecode(239)).toBeCloseTo(0.4967, 3)
  })

  it('has a monotone table', () => {
    const table = muLawTable()
    expect(table[32768]).toBe(SILENCE_LEVEL)
    for (let index = 1; index < table.length; index++) expect(table[index]!).toBeGreaterThanOrEqual(table[index - 1]!)
  })
})
