import { describe, expect, it } from 'vitest'
import { decodeAudio, waveformPeaks, wavBytes } from './audio'

describe('decodeAudio', () => {
  it('spans the full range, symmetrically, finest around silence', () => {
    const samples = decodeAudio(Uint8Array.of(0, 127, 128, 255), 'mu-law', 256)
    expect(samples[0]).toBeCloseTo(-1, 6)
    expect(samples[3]).toBeCloseTo(1, 6)
    expect(samples[1]).toBeCloseTo(-samples[2]!, 7)
    expect(Math.abs(samples[2]!)).toBeLessThan(1e-4)
  })
})

describe('wavBytes', () => {
  it('is a readable PCM file', () => {
    const bytes = wavBytes(Float32Array.of(0, 1, -1), 8000)
    const view = new DataView(bytes.buffer)
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('RIFF')
    expect(view.getUint32(24, true)).toBe(8000)
    expect(view.getUint32(40, true)).toBe(6)
    expect([0, 1, 2].map((index) => view.getInt16(44 + index * 2, true))).toEqual([0, 32767, -32767])
  })
})

describe('waveformPeaks', () => {
  it('keeps the extremes of each stretch, also with fewer samples than columns', () => {
    const { low, high } = waveformPeaks(Float32Array.of(0, 0.5, -0.25, 0), 2)
    expect([...low]).toEqual([0, -0.25])
    expect([...high]).toEqual([0.5, 0])
    expect(waveformPeaks(Float32Array.of(0.5), 4).high.length).toBe(4)
  })
})
