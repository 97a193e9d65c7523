import { randomSequence, streams } from '../hashRandom'
import type { RandomSequence } from '../hashRandom'

/** Hz */
export const TONE_RATE = 8000

const kinds: readonly { name: string; render: (random: RandomSequence, samples: number) => Float64Array }[] = [
  { name: 'tone', render: tone },
  { name: 'chirp', render: chirp },
  { name: 'pluck', render: pluck },
]

export const toneNames: readonly string[] = kinds.map(({ name }) => name)

/** One clip of 0.5 to 1 s at 8 kHz: a tone with overtones, a chirp, or a plucked string, over faint noise. i16 PCM. */
export function drawTone(seed: number, index: number): { samples: Int16Array; label: number } {
  const random = randomSequence(seed, streams.generator, index)
  const label = random.integer(kinds.length)
  const length = Math.round(TONE_RATE * random.between(0.5, 1))
  const signal = kinds[label]!.render(random, length)
  const level = random.between(0.35, 0.8)
  const peak = signal.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9)
  const noise = random.between(0.0005, 0.003)
  return { samples: Int16Array.from(signal, (value) => Math.round(32767 * Math.max(-1, Math.min(1, (level * value) / peak + noise * random.normal())))), label }
}

/** A semitone of the tempered scale, A2 to A5. */
function pitch(random: RandomSequence): number {
  return 110 * 2 ** (random.integer(37) / 12)
}

/** Rises in 10 ms, falls over the last fifth. */
function envelope(at: number, samples: number): number {
  const attack = Math.min(1, at / (0.01 * TONE_RATE))
  const release = Math.min(1, (samples - at) / (0.2 * samples))
  return attack * release
}

function tone(random: RandomSequence, samples: number): Float64Array {
  const frequency = pitch(random)
  const partials = Array.from({ length: 4 }, (_, i) => ({ multiple: i + 1, weight: random.uniform() / (i + 1) ** 1.3, phase: random.between(0, 2 * Math.PI) })).filter(({ multiple }) => multiple * frequency < TONE_RATE / 2)
  const vibrato = { depth: random.between(0, 0.004), rate: random.between(4, 7) }
  return Float64Array.from({ length: samples }, (_, i) => {
    const time = i / TONE_RATE
    const bent = time + (vibrato.depth * Math.sin(2 * Math.PI * vibrato.rate * time)) / (2 * Math.PI * vibrato.rate)
    return envelope(i, samples) * partials.reduce((sum, { multiple, weight, phase }) => sum + weight * Math.sin(2 * Math.PI * multiple * frequency * bent + phase), 0)
  })
}

/** Frequency moves exponentially from one pitch to another. */
function chirp(random: RandomSequence, samples: number): Float64Array {
  const from = pitch(random)
  const to = pitch(random) * random.between(0.9, 1.9)
  let phase = random.between(0, 2 * Math.PI)
  return Float64Array.from({ length: samples }, (_, i) => {
    phase += (2 * Math.PI * from * (to / from) ** (i / samples)) / TONE_RATE
    return envelope(i, samples) * Math.sin(phase)
  })
}

/** Karplus & Strong 1983: noise circulating through a delay line with an averaging filter. */
function pluck(random: RandomSequence, samples: number): Float64Array {
  const period = Math.max(2, Math.round(TONE_RATE / pitch(random)))
  const damping = random.between(0.985, 0.998)
  const signal = new Float64Array(samples)
  for (let i = 0; i < samples; i++)
    signal[i] = i < period ? random.between(-1, 1) : damping * 0.5 * (signal[i - period]! + signal[Math.max(0, i - period - 1)]!)
  return signal
}
