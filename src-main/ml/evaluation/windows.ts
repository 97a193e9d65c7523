import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { startOfFrame } from '../../contract/localFeatures'
import type { Conditioning } from '../models/model'

/** Whether examples are sequences of different length, whose NLL is per sample. */
export const isSequence = (domain: Domain): boolean => isSeries(domain)

/**
 * Long sequences are cut into windows of one static length. A window reads `context` samples before those that count, so every conditional
 * that counts sees all that it would see in the whole clip: sums over windows are exact.
 */
export interface Window {
  clip: number
  /** First sample that is read. */
  start: number
  /** The samples that count are [from, to) of the clip; those before `from` are context, those from `to` on are later or padding. */
  from: number
  to: number
}

export interface WindowPlan {
  /** Samples read per window. */
  length: number
  windows: Window[]
}

/** Samples of a frame, where windows must begin with one: features are read frame by frame. */
export const hopOf = (conditioning: Conditioning | undefined): number => (conditioning?.kind === 'features' ? conditioning.hop : 1)

/**
 * Windows in which every sample of the given clips counts exactly once. `context` null: the conditionals see the whole past. Each begins at a
 * multiple of `hop`, with up to hop − 1 samples more of context.
 */
export function exactWindows(clips: readonly { clip: number; length: number }[], context: number | null, counted: number, hop = 1): WindowPlan {
  const longest = clips.reduce((most, { length }) => Math.max(most, length), 1)
  const length = context === null ? longest : Math.min(context + counted + hop - 1, longest)
  const windows: Window[] = []
  for (const { clip, length: samples } of clips) {
    // The first window begins with the clip, so all of it counts.
    for (let from = 0; from < samples;) {
      const start = from === 0 || context === null ? 0 : startOfFrame(Math.max(0, from - context), hop)
      const to = Math.min(samples, start + length)
      windows.push({ clip, start, from, to })
      from = to
    }
  }
  return { length, windows }
}

/** 1 where a sample of the window counts. */
export function fillMask(target: Float32Array, offset: number, { start, from, to }: Window): void {
  target.fill(1, offset + from - start, offset + to - start)
}
