import { describe, expect, it } from 'vitest'
import { createResampler } from './resample'

function resample(signal: Float32Array, from: number, to: number, block = 1000): Float32Array {
  const resampler = createResampler(from, to)
  const parts: Float32Array[] = []
  for (let at = 0; at < signal.length; at += block) parts.push(resampler.push(signal.subarray(at, at + block)))
  parts.push(resampler.end())
  return Float32Array.from(parts.flatMap((part) => [...part]))
}

const sine = (rate: number, frequency: number, seconds: number) => Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 10000 * Math.sin((2 * Math.PI * frequency * i) / rate))
const rms = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

describe('resampling', () => {
  it.each([[22050, 16000], [44100, 8000], [8000, 44100], [48000, 16000], [16000, 22050], [11025, 48000], [44101, 8000]])('keeps a tone of the pass band from %i to %i Hz', (from, to) => {
    const frequency = 0.4 * Math.min(from, to)
    const result = resample(sine(from, frequency, 0.5), from, to)
    const wanted = sine(to, frequency, 0.5)
    expect(result.length).toBe(Math.ceil((Math.round(from * 0.5) * to) / from))
    const edge = Math.ceil((40 * to) / Math.min(from, to))
    const error = result.subarray(edge, -edge).map((value, i) => value - wanted[edge + i]!)
    expect(20 * Math.log10(rms(error) / 7071)).toBeLessThan(-75)
  })

  it('removes what the lower rate cannot hold: −85 dB and more', () => {
    const result = resample(sine(44100, 5000, 0.5), 44100, 8000)
    expect(20 * Math.log10(rms(result.subarray(400, -400)) / 7071)).toBeLessThan(-85)
  })

  it('does not depend on the block size', () => {
    const signal = sine(22050, 440, 0.2)
    expect(resample(signal, 22050, 16000, 1)).toEqual(resample(signal, 22050, 16000, 100000))
  })

  it('keeps a constant, and leaves equal rates alone', () => {
    const constant = new Float32Array(4000).fill(123)
    for (const value of resample(constant, 16000, 11025).subarray(100, -100)) expect(value).toBeCloseTo(123, 3)
    const signal = sine(8000, 1000, 0.1)
    expect(resample(signal, 8000, 8000)).toEqual(signal)
  })
})
