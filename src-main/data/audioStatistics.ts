import type { AudioStatistics } from '../contract/records/dataset'

const FULL_SCALE = 32768
/** Samples at the end of the range count as clipped where this many stand side by side. */
const CLIPPED_RUN = 2
const SILENT_DECIBELS = -60
const FRAME_SECONDS = 0.01
/** Samples of a spectrum, and spectra that the average is taken of at most. */
const SPECTRUM = 512
const MOST_SPECTRA = 20_000

/** Louder than nothing: silence has a level, too. */
const FLOOR_DECIBELS = -120

const decibels = (power: number): number => Math.max(FLOOR_DECIBELS, 10 * Math.log10(Math.max(power, 1e-30)))

export interface AudioMeter {
  /** One clip of 16-bit PCM, little-endian bytes. */
  add(bytes: Uint8Array): void
  result(): Omit<AudioStatistics, 'droppedSeconds' | 'notNumbers'>
}

/** Loudness, clipping, silence and the average spectrum of clips. `samples`: of all clips together, so that spectra are taken evenly. */
export function createAudioMeter(sampleRate: number, samples: number): AudioMeter {
  const frame = Math.max(1, Math.round(FRAME_SECONDS * sampleRate))
  const hop = Math.max(1, Math.ceil(samples / SPECTRUM / MOST_SPECTRA)) * SPECTRUM
  const window = Float64Array.from({ length: SPECTRUM }, (_value, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / SPECTRUM))
  const power = new Float64Array(SPECTRUM / 2 + 1)
  const silentSquare = (FULL_SCALE * 10 ** (SILENT_DECIBELS / 20)) ** 2
  let [count, squares, peak, clipped, frames, silent, spectra] = [0, 0, 0, 0, 0, 0, 0]

  return {
    add(bytes) {
      const length = bytes.length >> 1
      const values = new Float64Array(length)
      let [run, frameSquares] = [0, 0]
      for (let at = 0; at < length; at++) {
        const value = ((bytes[2 * at]! | (bytes[2 * at + 1]! << 8)) << 16) >> 16
        values[at] = value
        const size = Math.abs(value)
        peak = Math.max(peak, size)
        run = size >= FULL_SCALE - 1 ? run + 1 : 0
        if (run >= CLIPPED_RUN) clipped += run === CLIPPED_RUN ? CLIPPED_RUN : 1
        squares += value * value
        frameSquares += value * value
        if ((at + 1) % frame === 0) {
          frames += 1
          if (frameSquares < silentSquare * frame) silent += 1
          frameSquares = 0
        }
      }
      count += length
      for (let at = 0; at + SPECTRUM <= length; at += hop) {
        addPowers(values.subarray(at, at + SPECTRUM), window, power)
        spectra += 1
      }
    },
    result() {
      // A sine of full scale in the middle of a band has 0 dB there: its peak under the window is N/4 of the amplitude.
      const reference = (FULL_SCALE * SPECTRUM) / 4
      return {
        levelDb: decibels((2 * squares) / Math.max(1, count) / FULL_SCALE ** 2),
        peakDb: decibels((peak / FULL_SCALE) ** 2),
        clippedShare: clipped / Math.max(1, count),
        silentShare: silent / Math.max(1, frames),
        spectrumDb: spectra === 0 ? [] : Array.from(power, (value) => Math.round(100 * decibels(value / spectra / reference ** 2)) / 100),
      }
    },
  }
}

/** |FFT|² of a windowed frame, added to `power`. */
function addPowers(values: Float64Array, window: Float64Array, power: Float64Array): void {
  const real = values.map((value, at) => value * window[at]!)
  const imaginary = new Float64Array(values.length)
  fourier(real, imaginary)
  for (let band = 0; band < power.length; band++) power[band] = power[band]! + real[band]! ** 2 + imaginary[band]! ** 2
}

/** Radix-2 transform in place (Cooley & Tukey 1965); the length is a power of two. */
export function fourier(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length
  for (let at = 1, reversed = 0; at < n; at++) {
    let bit = n >> 1
    for (; reversed & bit; bit >>= 1) reversed ^= bit
    reversed ^= bit
    if (at >= reversed) continue
    ;[real[at], real[reversed]] = [real[reversed]!, real[at]!]
    ;[imaginary[at], imaginary[reversed]] = [imaginary[reversed]!, imaginary[at]!]
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)]
      for (let at = k; at < n; at += size) {
        const other = at + half
        const [x, y] = [real[other]! * cos - imaginary[other]! * sin, real[other]! * sin + imaginary[other]! * cos]
        real[other] = real[at]! - x
        imaginary[other] = imaginary[at]! - y
        real[at] = real[at]! + x
        imaginary[at] = imaginary[at]! + y
      }
    }
  }
}
