import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { clipsOf, LONGEST_CLIP } from './clips'
import type { AudioRemarks, AudioTarget } from './clips'
import { createAudioMeter, fourier } from './audioStatistics'
import { memoryFile } from './importers/inputFile'
import { pcm16, wavFile } from './testing/files'

const noRemarks = (): AudioRemarks => ({ droppedSeconds: 0, notNumbers: 0 })

async function clipped(samples: ArrayLike<number>, target: Partial<AudioTarget>, remarks = noRemarks()): Promise<number[][]> {
  const clips: number[][] = []
  for await (const clip of clipsOf(memoryFile('x.wav', wavFile(pcm16(samples))), { sampleRate: 8000, clipSamples: null, ...target }, remarks)) clips.push([...clip])
  return clips
}

const tone = (samples: number, amplitude: number): number[] => Array.from({ length: samples }, (_value, t) => Math.round(amplitude * Math.sin(t)) + 0)

describe('clips of a recording', () => {
  it('lose the silence at both ends, keep that within, and say how much was dropped', async () => {
    const remarks = noRemarks()
    const parts = [tone(1600, 3), tone(800, 9000), tone(2400, 3), tone(800, 9000), tone(4000, 3)]
    const [clip, ...others] = await clipped(parts.flat(), { trimSilence: -50 }, remarks)
    expect(others).toEqual([])
    expect(clip).toEqual(parts.slice(1, 4).flat())
    expect(remarks.droppedSeconds).toBeCloseTo(5600 / 8000, 6)
  })

  it('trim before they are cut', async () => {
    const clips = await clipped([...tone(800, 0), ...tone(1600, 9000)], { trimSilence: -60, clipSamples: 1000 })
    expect(clips.map(({ length }) => length)).toEqual([1000, 600])
  })

  it('are refused where a recording is silent throughout, or empty', async () => {
    await expect(clipped(tone(5000, 2), { trimSilence: -40 })).rejects.toThrow('it is silent throughout (below -40 dBFS)')
    await expect(clipped([], {})).rejects.toThrow('it holds no samples')
    expect((await clipped(new Array(300).fill(0), {}))[0]).toHaveLength(300)
  })

  it('of a long recording come one by one, none longer than a few megabytes', async () => {
    const seconds = 660
    const bytes = 2 * 8000 * seconds
    const head = wavFile(Buffer.alloc(0), { dataBytes: bytes })
    let handed = 0
    const content = function* () {
      yield head
      const chunk = Buffer.alloc(2 ** 18, 1)
      for (; handed < bytes; handed += chunk.length) yield chunk.subarray(0, Math.min(chunk.length, bytes - handed))
    }
    const file = { name: 'long.wav', size: head.length + bytes, diskPath: '/long.wav', stream: async () => Readable.from(content()) }
    let samples = 0
    for await (const clip of clipsOf(file, { sampleRate: 8000, clipSamples: null })) {
      expect(clip.length).toBeLessThanOrEqual(LONGEST_CLIP)
      samples += clip.length
      // Read no further than what was handed out, but for what lies in the buffers.
      expect(handed - 2 * samples).toBeLessThan(2 * LONGEST_CLIP)
    }
    expect(samples).toBe(8000 * seconds)
  })
})

describe('statistics of sound', () => {
  it('have the level and the band of a sine', () => {
    const meter = createAudioMeter(8000, 8000)
    const sine = Array.from({ length: 8000 }, (_value, t) => Math.round(32767 * 0.5 * Math.sin((2 * Math.PI * 1000 * t) / 8000)))
    meter.add(new Uint8Array(pcm16(sine)))
    const { levelDb, peakDb, clippedShare, silentShare, spectrumDb } = meter.result()
    expect(levelDb).toBeCloseTo(-6.02, 1)
    expect(peakDb).toBeCloseTo(-6.02, 1)
    expect([clippedShare, silentShare]).toEqual([0, 0])
    const loudest = spectrumDb.indexOf(Math.max(...spectrumDb))
    expect((loudest * 8000) / 512).toBe(1000)
    expect(spectrumDb[loudest]).toBeCloseTo(-6.02, 0)
    expect(spectrumDb[200]).toBeLessThan(-80)
  })

  it('count clipping and silence', () => {
    const meter = createAudioMeter(8000, 1600)
    meter.add(new Uint8Array(pcm16([...new Array<number>(800).fill(0), ...Array.from({ length: 800 }, (_value, t) => (t % 8 < 4 ? 32767 : -20000))])))
    const { clippedShare, silentShare } = meter.result()
    expect(clippedShare).toBeCloseTo(0.25, 6)
    expect(silentShare).toBeCloseTo(0.5, 6)
  })

  it('transform as the definition says', () => {
    const values = Float64Array.from({ length: 16 }, (_value, t) => Math.sin(t * t))
    const [real, imaginary] = [values.slice(), new Float64Array(16)]
    fourier(real, imaginary)
    for (let k = 0; k < 16; k++) {
      const sum = (f: (angle: number) => number): number => values.reduce((total, value, t) => total + value * f((2 * Math.PI * k * t) / 16), 0)
      expect(real[k]).toBeCloseTo(sum(Math.cos), 10)
      expect(imaginary[k]).toBeCloseTo(-sum(Math.sin), 10)
    }
  })
})
