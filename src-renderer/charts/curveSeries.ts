import type { LineSeriesOption } from 'echarts'
import { decimate } from './decimate'
import type { Drawn } from './decimate'
import type { Scale } from './scale'
import { smoothTrack } from './smoothing'
import type { Track } from './track'

export interface Curve {
  name: string
  /** Curves of one group share an entry of the legend; the name when absent. */
  group?: string
  /** Drawn lighter, behind its group. */
  faint?: boolean
  color: string
  kind: 'train' | 'valid'
  /** A companion of another curve: thin and dashed, so that the two are told apart without their colours. */
  minor?: boolean
  track: Track
}

export interface DrawnCurve extends Curve {
  /** What the line goes through, smoothed or not. */
  shown: Track
  line: Drawn
  raw: Drawn | null
}

interface Drawing {
  smoothing: number
  scale: Scale
  extent: readonly [number, number]
  view: readonly [number, number]
  limit: number
}

/** Half as much again on either side of the view is drawn: while it is dragged, what comes into it before the next drawing is there. */
export function drawnAround([from, to]: readonly [number, number]): [number, number] {
  const half = (to - from) / 2
  return [from - half, to + half]
}

export function drawnCurve(curve: Curve, { smoothing, scale, extent, view, limit }: Drawing): DrawnCurve {
  const span = view[1] - view[0]
  const [from, to] = drawnAround(view)
  const around = [Math.max(extent[0], from), Math.min(extent[1], to)] as const
  const most = Math.round((limit * (around[1] - around[0])) / Math.max(span, Number.MIN_VALUE))
  const draw = (track: Track): Drawn => decimate(track, around, most, scale)
  if (curve.kind === 'valid' || smoothing === 0) return { ...curve, shown: curve.track, line: draw(curve.track), raw: null }
  const shown = smoothTrack(curve.track, smoothing)
  return { ...curve, shown, line: draw(shown), raw: draw(curve.track) }
}

/** More points than this make a curve thin. */
const DENSE = 250

/**
 * Width of a line through so many points. Lines of one pixel are painted segment by segment; wider ones are outlined and filled first, which
 * takes many times as long where hundreds of steep segments cross each other, and shows no more of them.
 */
export function lineWidth(points: number, width: number): number {
  return points > DENSE ? 1 : width
}

/** Names of dimensions tell plain numbers apart. The chart takes them as they are, though its types know of them for scatter plots only. */
export function pointsOf(drawn: Drawn): Pick<LineSeriesOption, 'data' | 'dimensions'> {
  const data: unknown = drawn
  return { data: data as LineSeriesOption['data'], dimensions: ['place', 'y'] }
}

export function curveSeries(curve: DrawnCurve): LineSeriesOption[] {
  const train = curve.kind === 'train'
  const few = curve.track.length <= 60
  const line = {
    type: 'line',
    id: `${curve.kind}:${curve.name}`,
    name: groupOf(curve),
    ...pointsOf(curve.line),
    color: curve.color,
    showSymbol: !train && few && !curve.minor,
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: {
      width: lineWidth(curve.line.length / 2, curve.minor ? 1.25 : train ? 1.5 : 2.25),
      color: curve.color,
      type: curve.minor ? [4, 3] : 'solid',
      opacity: curve.faint ? 0.55 : 1,
    },
    emphasis: { disabled: true },
    z: train || curve.minor ? 3 : 4,
  } satisfies LineSeriesOption
  if (curve.raw === null) return [line]
  // Same name, so that the legend hides both; the tooltip passes it over by its id.
  const raw = {
    ...line,
    id: `raw:${curve.name}`,
    ...pointsOf(curve.raw),
    lineStyle: { width: 1, color: curve.color, opacity: 0.22 },
    z: 2,
    silent: true,
  } satisfies LineSeriesOption
  return [raw, line]
}

/** A dashed curve has a dashed sign in the legend as well. */
const DASHED = 'path://M0,0h6v3h-6z M10,0h6v3h-6z'
export function legendEntries(curves: readonly Curve[]): (string | { name: string; icon: string })[] {
  const entries = new Map(curves.map((curve) => [groupOf(curve), curve.minor ? { name: groupOf(curve), icon: DASHED } : groupOf(curve)]))
  return [...entries.values()]
}

function groupOf(curve: Curve): string {
  return curve.group ?? curve.name
}
