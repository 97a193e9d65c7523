import { describe, expect, test } from 'vitest'
import { momentAt, timelineMoments } from './galleryTimeline'
import type { GalleryFrame } from './records/gallery'

const frame = (step: number, seconds: number | null, nats: number | null): GalleryFrame => ({
  step,
  seconds,
  valid: nats === null ? null : { nats, bitsPerDim: nats / 100 },
})
/** Slow and good; quick, soon over, and once worse than before. */
const slow = [frame(10, 5, 90), frame(20, 10, 80), frame(40, 20, 70)]
const quick = [frame(20, 2, 85), frame(30, 3, 88), frame(35, 4, 75)]

describe('galleries beside each other', () => {
  test('by step: each shows the last it had drawn by then', () => {
    const moments = timelineMoments([slow, quick], 'step')
    expect(moments.map(({ value }) => value)).toEqual([10, 20, 30, 35, 40])
    expect(moments.map(({ places }) => places.map(({ frame }) => frame))).toEqual([
      [0, null],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 2],
    ])
    expect(moments[0]?.places[1]?.state).toBe('before')
    expect(moments[2]?.places[0]?.state).toBe('held')
    expect(moments[4]?.places.map(({ state }) => state)).toEqual(['at', 'ended'])
  })

  test('by training time, passing over frames whose time nobody knows', () => {
    const moments = timelineMoments([slow, [...quick, frame(50, null, 60)]], 'seconds')
    expect(moments.map(({ value }) => value)).toEqual([2, 3, 4, 5, 10, 20])
    expect(moments.at(-1)?.places.map(({ frame }) => frame)).toEqual([2, 2])
  })

  test('by NLL reached: the first samples at least as good, never those of a relapse', () => {
    const moments = timelineMoments([slow, quick], 'nll')
    expect(moments.map(({ value }) => value)).toEqual([90, 85, 80, 75, 70])
    expect(moments.map(({ places }) => places.map(({ frame }) => frame))).toEqual([
      [0, 0],
      [1, 0],
      [1, 2],
      [2, 2],
      [2, null],
    ])
    expect(moments.at(-1)?.places[1]?.state).toBe('unreached')
  })

  test('one gallery alone has a moment for each of its frames; none has none', () => {
    expect(timelineMoments([slow], 'step').map(({ places }) => places[0])).toEqual([0, 1, 2].map((index) => ({ frame: index, state: 'at' })))
    expect(timelineMoments([[], []], 'step')).toEqual([])
  })

  test('a value of the axis finds its moment', () => {
    const steps = timelineMoments([slow, quick], 'step')
    expect([undefined, 0, 10, 34, 99].map((value) => momentAt(steps, 'step', value))).toEqual([4, 0, 0, 2, 4])
    const nats = timelineMoments([slow, quick], 'nll')
    expect([95, 85, 79, 1].map((value) => momentAt(nats, 'nll', value))).toEqual([0, 1, 2, 4])
  })
})
