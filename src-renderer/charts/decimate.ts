import type { Scale } from './scale'
import { linear } from './scale'
import { extremes, lowerBound } from './track'
import type { Track } from './track'

/** What is drawn of a stretch, in the places of the axis: place, y, place, y, … Numbers alone, as the chart then neither copies nor looks through them. */
export type Drawn = Float64Array

/**
 * The part of a curve inside [from, to] (places on the axis), with one point beyond each end so that the line leaves the frame, in at most about
 * `limit` points. Drawing only: the data stay whole. The stretch is cut into buckets of equal width on the axis, at places that do not move with
 * the view, so that nothing flickers while panning; each keeps its first, lowest, highest and last point, so no spike disappears, whatever the zoom.
 * Costs what it draws, not what there is.
 */
export function decimate(track: Track, [from, to]: readonly [number, number], limit: number, scale: Scale = linear): Drawn {
  const { x, y, length } = track
  const least = scale.kind === 'log' ? firstPositive(track) : 0
  const start = Math.max(least, lowerBound(track, scale.unproject(from)) - 1)
  const end = Math.min(length, lowerBound(track, scale.unproject(to)) + 2)
  if (end - start <= limit || limit < 8 || !(to > from)) {
    const drawn = new Float64Array(2 * Math.max(0, end - start))
    for (let index = start; index < end; index++) {
      drawn[2 * (index - start)] = scale.project(x[index]!)
      drawn[2 * (index - start) + 1] = y[index]!
    }
    return drawn
  }
  const kept: number[] = []
  const width = 2 ** Math.ceil(Math.log2((to - from) / Math.floor(limit / 4)))
  for (let index = start; index < end;) {
    const bucket = Math.floor(scale.project(x[index]!) / width)
    const next = Math.min(end, Math.max(index + 1, lowerBound(track, scale.unproject((bucket + 1) * width), index)))
    const [lowest, highest] = extremes(track, index, next)
    let last = -1
    for (const at of [index, Math.min(lowest, highest), Math.max(lowest, highest), next - 1]) {
      if (at <= last) continue
      kept.push(scale.project(x[at]!), y[at]!)
      last = at
    }
    index = next
  }
  return Float64Array.from(kept)
}

function firstPositive(track: Track): number {
  return lowerBound(track, Number.MIN_VALUE)
}
