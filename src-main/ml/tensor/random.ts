/**
 * Seeded random numbers without state: a stream is named by (seed, name, indices…), so a resumed step draws what it would have drawn
 * and one more consumer changes no other. Threefry-2x32 with 20 rounds (Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3):
 * additions, rotations and exclusive ors of 32-bit words, hence the same numbers on every platform. The normal quantile uses only
 * correctly rounded operations (+ − × ÷ √) for the same reason: Math.log and Math.cos may differ between versions of an engine.
 */
export interface RandomStream {
  /** The next number, uniform in [0, 1), with 53 random bits. */
  uniform(): number
  /** The next standard normal number. */
  normal(): number
  /** The next integer, uniform in 0…bound−1. */
  integer(bound: number): number
  /** Fills with uniforms in [0, 1): 24 random bits each, so that rounding to float32 never gives 1. */
  fillUniform(target: Float32Array): Float32Array
  fillNormal(target: Float32Array): Float32Array
  /** A random order of 0…count−1 (Fisher and Yates). */
  permutation(count: number): Uint32Array
}

/** Rounds of Threefry-2x32, on words; writes two words into `out`. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  const key2 = (key0 ^ key1 ^ 0x1bd11bda) | 0
  let a = (counter0 + key0) | 0
  let b = (counter1 + key1) | 0
  // Five groups of four rounds; rotations 13 15 26 6 and 17 29 16 24 in turn, a key injected after each group.
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + key1) | 0; b = (b + key2 + 1) | 0
  a = (a + b) | 0; b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0; b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0; b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0; b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + key2) | 0; b = (b + key0 + 2) | 0
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + key0) | 0; b = (b + key1 + 3) | 0
  a = (a + b) | 0; b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0; b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0; b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0; b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + key1) | 0; b = (b + key2 + 4) | 0
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + key2) | 0; b = (b + key0 + 5) | 0
  out[0] = a
  out[1] = b
}

/** The two words that name the stream of (seed, name, indices…): its n-th block is threefry2x32(key, n). */
export function streamKey(seed: number, name: string, ...indices: number[]): Uint32Array {
  const words = new Uint32Array(2)
  const key = new Uint32Array([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0])
  const fold = (low: number, high: number): void => {
    threefry2x32(key[0]!, key[1]!, low, high, words)
    key.set(words)
  }
  for (let index = 0; index < name.length; index++) fold(name.charCodeAt(index), index)
  fold(name.length, 0xffffffff)
  for (const index of indices) fold(index >>> 0, Math.floor(index / 2 ** 32) >>> 0)
  return key
}

/** The stream of (seed, name, indices…), for example randomStream(seed, 'order', epoch). Always starts at its beginning. */
export function randomStream(seed: number, name: string, ...indices: number[]): RandomStream {
  const key = streamKey(seed, name, ...indices)
  return streamOf(key[0]!, key[1]!)
}

function streamOf(key0: number, key1: number): RandomStream {
  const words = new Uint32Array(2)
  let low = 0
  let high = 0
  const draw = (): void => {
    threefry2x32(key0, key1, low, high, words)
    low = (low + 1) >>> 0
    if (low === 0) high = (high + 1) >>> 0
  }
  const uniform = (): number => {
    draw()
    return (words[0]! * 2 ** 21 + (words[1]! >>> 11)) * 2 ** -53
  }
  // Shifted by half a unit, so that neither 0 nor 1 is asked for.
  const normal = (): number => normalQuantile(uniform() + 2 ** -54)
  const integer = (bound: number): number => Math.floor(uniform() * bound)
  return {
    uniform,
    normal,
    integer,
    fillUniform(target) {
      for (let index = 0; index < target.length; index += 2) {
        draw()
        target[index] = (words[0]! >>> 8) * 2 ** -24
        if (index + 1 < target.length) target[index + 1] = (words[1]! >>> 8) * 2 ** -24
      }
      return target
    },
    fillNormal(target) {
      for (let index = 0; index < target.length; index++) target[index] = normal()
      return target
    },
    permutation(count) {
      const order = new Uint32Array(count)
      for (let index = 0; index < count; index++) order[index] = index
      for (let index = count - 1; index > 0; index--) {
        const other = integer(index + 1)
        const kept = order[index]!
        order[index] = order[other]!
        order[other] = kept
      }
      return order
    },
  }
}

const bits = new DataView(new ArrayBuffer(8))

/** Natural logarithm of a positive normal number from correctly rounded operations alone: m·2^e, ln m = 2 atanh((m−1)/(m+1)). */
function portableLog(value: number): number {
  bits.setFloat64(0, value)
  const head = bits.getUint32(0)
  let exponent = (head >>> 20) - 1023
  bits.setUint32(0, (head & 0xfffff) | 0x3ff00000)
  let mantissa = bits.getFloat64(0)
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let series = 0
  for (let power = 23; power >= 1; power -= 2) series = series * square + 1 / power
  return 2 * ratio * series + exponent * Math.LN2
}

const polynomial = (coefficients: readonly number[], at: number): number => coefficients.reduceRight((sum, coefficient) => sum * at + coefficient, 0)
const CENTRE = [
  [3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3],
  [1, 4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852545925e3],
] as const
const MIDDLE = [
  [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4],
  [1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1, 1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9],
] as const
const TAIL = [
  [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1, 2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
  [1, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2, 7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15],
] as const

/** Inverse of the standard normal distribution function, to about 1e-16 (Wichura 1988, algorithm AS 241). */
export function normalQuantile(probability: number): number {
  const centred = probability - 0.5
  if (Math.abs(centred) <= 0.425) {
    const at = 0.180625 - centred * centred
    return (centred * polynomial(CENTRE[0], at)) / polynomial(CENTRE[1], at)
  }
  const root = Math.sqrt(-portableLog(centred < 0 ? probability : 1 - probability))
  const [top, bottom] = root <= 5 ? MIDDLE : TAIL
  const at = root <= 5 ? root - 1.6 : root - 5
  const quantile = polynomial(top, at) / polynomial(bottom, at)
  return centred < 0 ? -quantile : quantile
}
