import { describe, expect, it } from 'vitest'
import {
  describeDomain,
  formatBytes,
  formatCompact,
  formatDuration,
  formatLikelihood,
  natsToBitsPerDim,
  significant,
  steady,
  THIN,
  unitLabel,
} from './format'

describe('units', () => {
  it('bits are of what the nats are of, but for pictures and frames', () => {
    const units = ['nats/example', 'nats/frame', 'nats/sample', 'nats/character', 'nats/byte', 'nats/pair'] as const
    expect(units.map((unit) => unitLabel('bits/dim', unit))).toEqual(['bits/dim', 'bits/dim', 'bits/sample', 'bits/character', 'bits/byte', 'bits/target character'])
    expect(units.map((unit) => unitLabel('nats', unit))).toEqual(['nats', ...units.slice(1)])
  })
})

describe('figures', () => {
  it('says durations as people do', () => {
    expect(formatDuration(12)).toBe(`12${THIN}s`)
    expect(formatDuration(200)).toBe(`3${THIN}min 20${THIN}s`)
    expect(formatDuration(3840)).toBe(`1${THIN}h 04${THIN}min`)
    expect(formatDuration(3599.9)).toBe(`1${THIN}h 00${THIN}min`)
    expect(formatDuration(NaN)).toBe('–')
  })

  it('keeps three significant digits', () => {
    expect(formatCompact(1_234_567)).toBe(`1.23${THIN}M`)
    expect(formatCompact(9999)).toBe('9,999')
    expect(formatBytes(12_345_678)).toBe(`12.3${THIN}MB`)
    expect(significant(0.001)).toBe('0.001')
    expect(significant(0.00002)).toBe('2.00e-5'.replace('-', '−'))
    expect(significant(1234)).toBe('1,234')
    expect([7.7, 0.2, 123.4, 1234].map((value) => steady(value))).toEqual(['7.70', '0.200', '123', '1,234'])
  })

  it('quotes likelihoods with the digits that mean something', () => {
    expect(formatLikelihood(88.333, 'nats')).toBe('88.33')
    expect(formatLikelihood(16904.921, 'nats')).toBe('16,904.92')
    expect(formatLikelihood(3.7812, 'nats')).toBe('3.781')
    expect(formatLikelihood(0.15, 'bits/dim')).toBe('0.150')
    expect(formatLikelihood(Infinity, 'nats')).toBe('–')
  })
})

describe('units', () => {
  it('uniform binary is one bit per dimension, uniform μ-law eight', () => {
    expect(natsToBitsPerDim(784 * Math.LN2, { shape: [28, 28, 1] }, 'nats/example')).toBeCloseTo(1, 12)
    expect(natsToBitsPerDim(Math.log(256), { shape: [16000] }, 'nats/sample')).toBeCloseTo(8, 12)
  })

  it('names domains', () => {
    expect(describeDomain({ kind: 'image', shape: [28, 28, 1], levels: 2, variableLength: false, encoding: 'linear' })).toBe(
      '28 × 28 binary',
    )
    expect(describeDomain({ kind: 'image', shape: [32, 16, 3], levels: 256, variableLength: false, encoding: 'linear' })).toBe(
      '16 × 32 RGB, 256 levels',
    )
    expect(describeDomain({ kind: 'audio', shape: [8000], levels: 256, variableLength: true, encoding: 'mu-law', sampleRate: 8000 })).toBe(
      'audio, 8 kHz, 256 μ-law levels',
    )
    const text = { shape: [64], variableLength: true, encoding: 'linear' as const }
    const alphabet = Array.from({ length: 40 }, (_value, level) => String(level))
    expect(describeDomain({ kind: 'text', ...text, levels: 40, text: { unit: 'characters', alphabet } })).toBe('text, 40 different characters')
    expect(describeDomain({ kind: 'text', ...text, levels: 256, text: { unit: 'bytes' } })).toBe('text, as bytes')
  })
})
