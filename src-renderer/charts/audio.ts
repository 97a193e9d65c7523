import { muLawDecode } from '../../src-main/contract/muLaw'
import { isPcm, pcmOfLevel } from '../../src-main/contract/levels'

const muLawAmplitudes = Float32Array.from({ length: 256 }, (_, level) => muLawDecode(level))

/** Levels → samples in [−1, 1]. Linear levels are centred the same way; 16-bit samples are taken as they are. */
export function decodeAudio(levels: ArrayLike<number>, encoding: 'linear' | 'mu-law', levelCount: number): Float32Array<ArrayBuffer> {
  const pcm = isPcm({ encoding, levels: levelCount })
  const samples = new Float32Array(levels.length)
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index] ?? 0
    if (pcm) samples[index] = pcmOfLevel(level) / 32_768
    else samples[index] = encoding === 'mu-law' ? (muLawAmplitudes[level] ?? 0) : (2 * level) / (levelCount - 1) - 1
  }
  return samples
}

/** 16-bit mono PCM in a RIFF container, for the player. (Files for keeping are exported by the studio, with their recipe.) */
export function wavBytes(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + samples.length * 2)
  const view = new DataView(bytes.buffer)
  const ascii = (offset: number, text: string): void =>
    [...text].forEach((character, index) => view.setUint8(offset + index, character.charCodeAt(0)))
  ascii(0, 'RIFF')
  view.setUint32(4, 36 + samples.length * 2, true)
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  ascii(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  for (let index = 0; index < samples.length; index++)
    view.setInt16(44 + index * 2, Math.round(Math.max(-1, Math.min(1, samples[index] ?? 0)) * 32767), true)
  return bytes
}

/** Lowest and highest sample of each of `columns` equal stretches, for drawing. */
export function waveformPeaks(samples: Float32Array, columns: number): { low: Float32Array; high: Float32Array } {
  const low = new Float32Array(columns)
  const high = new Float32Array(columns)
  for (let column = 0; column < columns; column++) {
    const start = Math.floor((column * samples.length) / columns)
    const end = Math.max(start + 1, Math.floor(((column + 1) * samples.length) / columns))
    let lowest = Infinity
    let highest = -Infinity
    for (let index = start; index < Math.min(end, samples.length); index++) {
      const value = samples[index] ?? 0
      if (value < lowest) lowest = value
      if (value > highest) highest = value
    }
    low[column] = lowest === Infinity ? 0 : lowest
    high[column] = highest === -Infinity ? 0 : highest
  }
  return { low, high }
}
