/**
 * Change of sample rate by a rational factor L/M with a polyphase windowed-sinc filter: the ideal low-pass at
 * min(source, target)/2, cut off slightly below it, under a Kaiser window. 32 zero crossings a side with β = 9 give a stop band of
 * about −90 dB, below the noise of 16-bit audio, and a pass band flat up to 0.93 of the smaller Nyquist frequency.
 */
const ZERO_CROSSINGS = 32
const KAISER_BETA = 9
const ROLL_OFF = 0.957
/** Rates whose reduced ratio needs more phases than this are stepped through a table of this many phases, nearest first. */
const LARGEST_PHASES = 4096

export interface Resampler {
  /** Takes a block of the source signal, answers what can be said of the target signal so far. */
  push(block: Float32Array): Float32Array
  /** The rest, at the end of the signal. */
  end(): Float32Array
}

/** A signal of n samples becomes one of ⌈n · targetRate / sourceRate⌉; both begin at the same moment. Equal rates pass unchanged. */
export function createResampler(sourceRate: number, targetRate: number): Resampler {
  if (sourceRate === targetRate) return { push: (block) => block, end: () => new Float32Array(0) }
  const divisor = greatestCommonDivisor(sourceRate, targetRate)
  const up = targetRate / divisor
  const down = sourceRate / divisor
  const cutoff = Math.min(1, targetRate / sourceRate) * ROLL_OFF
  // Half-width in source samples.
  const half = Math.ceil(ZERO_CROSSINGS / cutoff)
  const taps = 2 * half
  const phases = Math.min(up, LARGEST_PHASES)
  const filters = Array.from({ length: phases }, (_, phase) => phaseFilter(phase / phases, half, cutoff))

  // history[0] is source sample number `origin`; target sample n lies at source position n · down / up.
  let history = new Float32Array(half)
  let origin = -half
  let received = 0
  let produced = 0

  const produce = (limit: number): Float32Array => {
    const output = new Float32Array(Math.max(0, limit - produced))
    for (let i = 0; i < output.length; i++, produced++) {
      const position = (produced * down) / up
      let whole = Math.floor(position)
      let phase = Math.round((position - whole) * phases)
      if (phase === phases) {
        whole += 1
        phase = 0
      }
      const filter = filters[phase]!
      const start = whole - half + 1 - origin
      let sum = 0
      for (let tap = 0; tap < taps; tap++) sum += filter[tap]! * (history[start + tap] ?? 0)
      output[i] = sum
    }
    return output
  }

  const push = (block: Float32Array): Float32Array => {
    const firstNeeded = Math.floor((produced * down) / up) - half + 1
    const kept = history.subarray(Math.max(0, firstNeeded - origin))
    origin += history.length - kept.length
    const joined = new Float32Array(kept.length + block.length)
    joined.set(kept)
    joined.set(block, kept.length)
    history = joined
    received += block.length
    // Target samples whose whole filter lies within what has come.
    return produce(Math.max(produced, Math.floor(((received - half - 2) * up) / down)))
  }

  return {
    push,
    end: () => {
      const total = Math.ceil((received * up) / down)
      return produce(total)
    },
  }
}

/** Taps for a target sample that lies `fraction` of a source sample after a source sample; they sum to 1. */
function phaseFilter(fraction: number, half: number, cutoff: number): Float64Array {
  const taps = new Float64Array(2 * half)
  let sum = 0
  for (let tap = 0; tap < taps.length; tap++) {
    const distance = tap - half + 1 - fraction
    const ratio = distance / half
    const window = Math.abs(ratio) < 1 ? besselI0(KAISER_BETA * Math.sqrt(1 - ratio * ratio)) / besselI0(KAISER_BETA) : 0
    taps[tap] = sinc(distance * cutoff) * window
    sum += taps[tap]!
  }
  return taps.map((value) => value / sum)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
