import { framesOfSamples } from '../contract/localFeatures'
import { fourier } from './audioStatistics'

const FULL_SCALE = 32768
/** Shortest window, seconds: two periods of a low voice. */
const WINDOW_SECONDS = 0.025
/** Energies below it count as it: −100 dB of a full-scale sine. */
const LEAST_ENERGY = 1e-10
/** Bins that a triangle covers at least on each side of its peak; the spectrum of a window is interpolated where they are too few. */
const BINS_OF_SIDE = 2
const LONGEST_TRANSFORM = 16_384

export interface LogMelSettings {
  /** Hz */
  sampleRate: number
  bands: number
  /** Samples of a frame. */
  hop: number
}

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least))

/** O'Shaughnessy (1987): m = 2595 log10(1 + f / 700). */
const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)

/** Where the triangles begin, peak and end, Hz [bands + 2]: evenly spaced in mel from 0 to half the sample rate. */
export function melEdges({ sampleRate, bands }: Pick<LogMelSettings, 'sampleRate' | 'bands'>): Float64Array {
  const highest = melOf(sampleRate / 2)
  return Float64Array.from({ length: bands + 2 }, (_value, index) => hertzOf((highest * index) / (bands + 1)))
}

/**
 * Natural logarithms of the energies in mel bands, [frames × bands]: frame f is of a Hann window of at least 25 ms and two frames that is centred on
 * the middle of the samples f · hop … (f + 1) · hop − 1, with zeros beyond the clip. A band's energy is the mean of |X|² under its triangle,
 * in units of a full-scale sine's.
 */
export function createLogMel(settings: LogMelSettings): (clip: Int16Array) => Float32Array {
  const { sampleRate, bands, hop } = settings
  const length = powerOfTwo(Math.max(2 * hop, WINDOW_SECONDS * sampleRate))
  const edges = melEdges(settings)
  const size = Math.max(length, Math.min(LONGEST_TRANSFORM, powerOfTwo((BINS_OF_SIDE * sampleRate) / edges[1]!)))
  const window = Float64Array.from({ length }, (_value, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / length))
  // The peak of a full-scale sine under the window is a quarter of its length.
  const reference = ((FULL_SCALE * length) / 4) ** 2
  const filters = Array.from({ length: bands }, (_value, band) => triangle(edges.subarray(band, band + 3), sampleRate / size))
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
  return (clip) => {
    const frames = framesOfSamples(clip.length, hop)
    const energies = new Float32Array(frames * bands)
    for (let frame = 0; frame < frames; frame++) {
      const start = frame * hop + (hop >> 1) - (length >> 1)
      real.fill(0)
      imaginary.fill(0)
      for (let at = 0; at < length; at++) real[at] = window[at]! * (clip[start + at] ?? 0)
      fourier(real, imaginary)
      filters.forEach(({ first, weights }, band) => {
        let energy = 0
        weights.forEach((weight, index) => (energy += weight * (real[first + index]! ** 2 + imaginary[first + index]! ** 2)))
        energies[frame * bands + band] = Math.log(Math.max(LEAST_ENERGY, energy / reference))
      })
    }
    return energies
  }
}

/** A triangle over bins of so many Hz, its weights summing to one. */
function triangle([from, peak, to]: Float64Array, binHertz: number): { first: number; weights: Float64Array } {
  const first = Math.ceil(from! / binHertz)
  const last = Math.floor(to! / binHertz)
  const weights = Float64Array.from({ length: last - first + 1 }, (_value, index) => {
    const hertz = (first + index) * binHertz
    return Math.max(0, hertz < peak! ? (hertz - from!) / (peak! - from!) : (to! - hertz) / (to! - peak!))
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { first, weights: weights.map((weight) => weight / sum) }
}
