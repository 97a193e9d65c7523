import { gzipSync } from 'node:zlib'

export interface MadeFile {
  name: string
  bytes: Buffer
}

/** mulberry32: the same files on every machine. Uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SIDE = 28

/** A glyph of ten kinds, moved, thickened and faded a little: structure that a model can learn in seconds. */
function glyph(kind: number, random: () => number): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE)
  const dx = Math.round(random() * 6 - 3)
  const dy = Math.round(random() * 6 - 3)
  const ink = 180 + Math.floor(random() * 76)
  const thickness = random() < 0.5 ? 1 : 2
  const dot = (x: number, y: number): void => {
    for (let row = 0; row < thickness; row++) {
      for (let column = 0; column < thickness; column++) {
        const [px, py] = [Math.round(x) + dx + column, Math.round(y) + dy + row]
        if (px >= 0 && px < SIDE && py >= 0 && py < SIDE) pixels[py * SIDE + px] = ink
      }
    }
  }
  for (let step = 0; step <= 60; step++) {
    const t = step / 60
    const angle = 2 * Math.PI * t
    const points: Array<[number, number]> = [
      [14 + 7 * Math.cos(angle), 14 + 7 * Math.sin(angle)],
      [14, 6 + 16 * t],
      [6 + 16 * t, 14],
      [6 + 16 * t, 6 + 16 * t],
      [22 - 16 * t, 6 + 16 * t],
      t < 0.5 ? [8, 6 + 32 * t] : [8 + 28 * (t - 0.5), 22],
      t < 0.5 ? [8 + 24 * t, 7] : [20, 7 + 30 * (t - 0.5)],
      [14 + 7 * Math.cos(Math.PI * t), 14 + 7 * Math.sin(Math.PI * t)],
      t < 0.5 ? [6 + 32 * t, 14] : [14, 6 + 32 * (t - 0.5)],
      t < 0.5 ? [8 + 12 * 2 * t, 9] : [8 + 12 * (2 * t - 1), 19],
    ]
    const point = points[kind % points.length]
    if (point) dot(...point)
  }
  return pixels
}

/** IDX: magic 00 00 08 (unsigned byte) and the number of dimensions, then each dimension, big-endian, then the bytes. */
function idx(dimensions: number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.writeUInt32BE(0x0800 + dimensions.length, 0)
  dimensions.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index))
  return Buffer.concat([header, bytes])
}

/** Image and label pairs named as the well-known sets are, gzipped: train (600) and t10k (100). */
export function idxGlyphFiles(counts = { train: 600, t10k: 100 }): MadeFile[] {
  const random = seededRandom(7)
  return Object.entries(counts).flatMap(([split, count]) => {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 10)
    const images = Buffer.concat([...labels].map((kind) => glyph(kind, random)))
    return [
      { name: `${split}-images-idx3-ubyte.gz`, bytes: gzipSync(idx([count, SIDE, SIDE], images)) },
      { name: `${split}-labels-idx1-ubyte.gz`, bytes: gzipSync(idx([count], labels)) },
    ]
  })
}

/** A 16-bit mono PCM WAV. `samples` in −1…1. */
export function wavFile(name: string, sampleRate: number, samples: Float32Array): MadeFile {
  const bytes = Buffer.alloc(44 + 2 * samples.length)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + 2 * samples.length, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(2 * sampleRate, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((sample, index) => bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + 2 * index))
  return { name, bytes }
}

/** Short tones that fade out, one file each: 4 kHz, a quarter of a second. */
export function toneFiles(count = 40): MadeFile[] {
  const random = seededRandom(11)
  const sampleRate = 4000
  return Array.from({ length: count }, (_, file) => {
    const frequency = 200 + 600 * random()
    const phase = 2 * Math.PI * random()
    const samples = Float32Array.from({ length: sampleRate / 4 }, (_, index) => {
      const seconds = index / sampleRate
      return 0.7 * Math.exp(-6 * seconds) * Math.sin(2 * Math.PI * frequency * seconds + phase)
    })
    return wavFile(`tone_${String(file).padStart(2, '0')}.wav`, sampleRate, samples)
  })
}

/** 75 seconds of a tone that swells and fades, over faint noise, between two seconds of silence. */
export function longRecording(): MadeFile {
  const random = seededRandom(12)
  const [sampleRate, silence, seconds] = [2000, 2, 75]
  const samples = Float32Array.from({ length: sampleRate * (seconds + 2 * silence) }, (_value, index) => {
    const time = index / sampleRate - silence
    if (time < 0 || time >= seconds) return 0
    return (0.4 + 0.3 * Math.sin(time)) * Math.sin(2 * Math.PI * 220 * time) + 0.02 * (random() - 0.5)
  })
  return wavFile('recording.wav', sampleRate, samples)
}

/** Lines of a few words each. */
export function textFile(): MadeFile {
  const random = seededRandom(13)
  const one = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? ''
  const line = (): string => `The ${one(['cat', 'dog', 'crow'])} sat on the ${one(['mat', 'log', 'row'])} and saw a ${one(['hat', 'fog', 'bow'])}.\n`
  return { name: 'rhyme.txt', bytes: Buffer.from(Array.from({ length: 120 }, line).join('')) }
}

/** One file that is no image, and one gzip that ends too early. */
export function badFiles(): MadeFile[] {
  const whole = idxGlyphFiles({ train: 100, t10k: 0 })[0]
  if (!whole) throw new Error('no file was made')
  return [
    { name: 'notes.png', bytes: Buffer.from('These are notes, whatever their name says.\n'.repeat(20)) },
    { name: 'train-images-idx3-ubyte.gz', bytes: whole.bytes.subarray(0, Math.floor(whole.bytes.length / 2)) },
  ]
}
