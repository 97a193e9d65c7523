export type Point = readonly [x: number, y: number]

/**
 * Fewer points for drawing only; the data is kept whole elsewhere. Each of the buckets keeps its first, lowest,
 * highest and last point, in order, so no spike disappears, whatever the zoom.
 * @returns at most about `limit` points; the input itself when it is short enough.
 */
export function decimate(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit || limit < 8) return points
  const buckets = Math.floor(limit / 4)
  const kept: Point[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * points.length) / buckets)
    const end = Math.floor(((bucket + 1) * points.length) / buckets)
    let lowest = start
    let highest = start
    for (let index = start; index < end; index++) {
      if (valueAt(points, index) < valueAt(points, lowest)) lowest = index
      if (valueAt(points, index) > valueAt(points, highest)) highest = index
    }
    const chosen = [...new Set([start, Math.min(lowest, highest), Math.max(lowest, highest), end - 1])].sort((a, b) => a - b)
    for (const index of chosen) {
      const point = points[index]
      if (point) kept.push(point)
    }
  }
  return kept
}

/** The part of an x-sorted curve inside [from, to], with one point beyond each end so that the line leaves the frame. */
export function within(points: readonly Point[], from: number, to: number): readonly Point[] {
  const start = Math.max(0, lowerBound(points, from) - 1)
  const end = Math.min(points.length, lowerBound(points, to) + 2)
  return start === 0 && end === points.length ? points : points.slice(start, end)
}

function valueAt(points: readonly Point[], index: number): number {
  return points[index]?.[1] ?? NaN
}

function lowerBound(points: readonly Point[], x: number): number {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.[0] ?? Infinity) < x) low = middle + 1
    else high = middle
  }
  return low
}
