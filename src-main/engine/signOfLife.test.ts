import { describe, expect, it } from 'vitest'
import { signOfLife } from './signOfLife'

const beats = { heartbeat: 1_000, patience: () => 3_000 }

/** Beats until the process counts as hung, and the seconds that are said. */
function hungAfter(used: (beat: number) => number, most: number): [number, number] | null {
  let beat = 0
  const sign = signOfLife(7, beats, () => used(beat))
  for (beat = 1; beat <= most; beat++) {
    const seconds = sign.missed()
    if (seconds !== null) return [beat, seconds]
  }
  return null
}

describe('a process that does not answer', () => {
  it('hangs once its patience has passed without work', () => {
    expect(hungAfter(() => 5, 10)).toEqual([4, 3])
  })

  it('is let work for long, even at a small share of a core, but not for ever', () => {
    expect(hungAfter((beat) => beat * 0.1, 1_800)).toBeNull()
    expect(hungAfter((beat) => beat * 0.1, 3_000)).toEqual([1_801, 1_801])
  })

  it('may wait in between, but not for long', () => {
    expect(hungAfter((beat) => Math.floor(beat / 3), 100)).toBeNull()
    expect(hungAfter((beat) => Math.min(beat, 10), 100)).toEqual([14, 3])
  })

  it('begins anew with each answer', () => {
    const sign = signOfLife(7, beats, () => 5)
    expect([sign.missed(), sign.missed(), sign.missed()]).toEqual([null, null, null])
    sign.answered()
    expect(sign.missed()).toBeNull()
  })
})
