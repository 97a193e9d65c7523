import { toPcm16 } from './wav'

/** Moments that are judged together. */
const FRAME_SECONDS = 0.01
const FULL_SCALE = 32768

export interface Trimmer {
  /** Takes a block of the signal, answers what of it and of earlier blocks is known to stay. */
  push(block: Float32Array): Float32Array
  /** The end of the signal: what is left over, and how many samples were dropped in all. */
  end(): { rest: Float32Array; dropped: number }
}

/**
 * Drops what is quieter than `decibels` (dBFS, the root mean square of 10 ms) at the start and at the end of a recording; silence within stays.
 * Samples in units of 16-bit PCM.
 */
export function createTrimmer(decibels: number, sampleRate: number): Trimmer {
  const size = Math.max(1, Math.round(FRAME_SECONDS * sampleRate))
  const threshold = (FULL_SCALE * 10 ** (decibels / 20)) ** 2
  let begun = false
  let dropped = 0
  // Silence that stays only if sound follows, rounded as it would be in the end: there may be hours of it.
  let waiting: Int16Array[] = []
  let partial = new Float32Array(0)

  const isLoud = (frame: Float32Array): boolean => {
    let squares = 0
    for (const value of frame) squares += value * value
    return squares >= threshold * frame.length
  }
  const judge = (frame: Float32Array, kept: Float32Array[]): void => {
    if (isLoud(frame)) {
      begun = true
      for (const silence of waiting) kept.push(Float32Array.from(silence))
      waiting = []
      kept.push(frame)
    } else if (begun) waiting.push(Int16Array.from(frame, toPcm16))
    else dropped += frame.length
  }

  return {
    push(block) {
      const joined = concatenated([partial, block])
      const kept: Float32Array[] = []
      let at = 0
      for (; at + size <= joined.length; at += size) judge(joined.subarray(at, at + size), kept)
      partial = joined.slice(at)
      return concatenated(kept)
    },
    end() {
      const kept: Float32Array[] = []
      if (partial.length > 0) judge(partial, kept)
      for (const silence of waiting) dropped += silence.length
      return { rest: concatenated(kept), dropped }
    },
  }
}

function concatenated(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
