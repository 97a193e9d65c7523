import { onScopeDispose, shallowRef } from 'vue'
import { levelArray } from '../../src-main/contract'
import type { Domain, DrawnPart, LevelArray } from '../../src-main/contract'
import { decodeAudio } from '../charts/audio'

/** Seconds that are gathered before the sound begins, so that a short pause in the drawing is not heard. */
const AHEAD = 0.15

/** Plays the first of the samples that are being drawn, part by part as they come. */
export function useLiveSound() {
  /** Levels of that sample so far; null while nothing is played. */
  const levels = shallowRef<LevelArray | null>(null)
  let context: AudioContext | null = null
  let rate = 8000
  let next = 0

  function start({ sampleRate = 8000, levels: count }: Pick<Domain, 'sampleRate' | 'levels'>): void {
    stop()
    rate = sampleRate
    // A context at the rate of the data: parts join without a seam, as none is resampled by itself.
    context = new AudioContext({ sampleRate })
    next = context.currentTime + AHEAD
    levels.value = new (levelArray(count))(0)
  }

  function hear(part: DrawnPart, { encoding, levels: count }: Pick<Domain, 'encoding' | 'levels'>): void {
    const known = levels.value
    if (!context || !known || part.sample !== 0 || part.from !== known.length) return
    const grown = new (levelArray(count))(known.length + part.levels.length)
    grown.set(known)
    grown.set(part.levels, known.length)
    levels.value = grown
    const samples = decodeAudio(part.levels, encoding, count)
    const buffer = context.createBuffer(1, samples.length, rate)
    buffer.copyToChannel(samples, 0)
    const source = context.createBufferSource()
    source.buffer = buffer
    source.connect(context.destination)
    // Drawn more slowly than it sounds: it goes on as soon as there is more.
    next = Math.max(next, context.currentTime + 0.02)
    source.start(next)
    next += buffer.duration
  }

  /** Nothing more will come: what is there sounds to its end. */
  function finish(): void {
    const ending = context
    context = null
    levels.value = null
    if (ending) setTimeout(() => void ending.close(), Math.max(0, 1000 * (next - ending.currentTime)) + 200)
  }

  function stop(): void {
    void context?.close()
    context = null
    levels.value = null
  }
  onScopeDispose(stop)

  return { levels, start, hear, finish, stop }
}
