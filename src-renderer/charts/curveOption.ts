import type { EChartsOption, LineSeriesOption } from 'echarts'
import { curveSeries, drawnCurve, legendEntries } from './curveSeries'
import type { Curve, DrawnCurve } from './curveSeries'
import { curveTooltip, escapeHtml } from './curveTooltip'
import { formatCount, formatDuration, formatLikelihood, significant } from './format'
import type { LikelihoodUnit } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import { linear } from './scale'
import type { Scale } from './scale'
import type { XAxis } from './series'
import { logTicks, niceRange } from './ticks'
import { lowerBound } from './track'
import type { Track } from './track'
import { tooltipBox } from './tooltipBox'

export interface ReferenceLine {
  name: string
  value: number
  /** A line that the vertical range is stretched to hold; others are named at the edge when they lie outside. */
  hold: boolean
}

export interface CurveChartInput {
  curves: readonly Curve[]
  references: readonly ReferenceLine[]
  axis: XAxis
  axisTitle: string
  /** Of the horizontal axis; linear when absent. */
  scale?: Scale
  unit: LikelihoodUnit
  unitTitle: string
  /** The vertical axis. */
  logarithmic: boolean
  /** β of the average drawn through training curves; 0 draws them raw. */
  smoothing: number
  /** Leaves the steep first fall out of the vertical range, so that what follows can be read. */
  skipStart: boolean
  /** Part of the x axis in view, in places of its scale, or null for all of it. */
  view: readonly [number, number] | null
  theme: ChartTheme
  animate: boolean
  /** Most points drawn per curve. */
  limit?: number
}

/** About two for each pixel of a wide chart. */
const MOST_DRAWN = 1800

/** Options of the main chart: curves, labelled reference lines, zoom, tooltip, legend. Pure. */
export function curveOption(input: CurveChartInput): EChartsOption {
  const { theme } = input
  const limit = input.limit ?? MOST_DRAWN
  const scale = input.scale ?? linear
  const extent = xExtent(
    input.curves.map(({ track }) => track),
    scale,
  )
  const view = input.view ?? extent
  const drawn = input.curves.map((curve) => drawnCurve(curve, { smoothing: input.smoothing, scale, extent, view, limit }))
  const range = yRange(drawn, input, view, extent)
  const inside = input.references.filter((line) => line.value >= range.min && line.value <= range.max)
  const outside = input.references.filter((line) => line.value < range.min || line.value > range.max)
  const below = labelsBelow(inside, range.max - range.min)
  return {
    animation: input.animate,
    animationDuration: 200,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 64, right: 24, top: 44, bottom: 74 },
    legend: {
      type: 'scroll',
      top: 6,
      left: 56,
      right: outside.length > 0 ? 150 : 24,
      pageIconSize: 9,
      pageTextStyle: { color: theme.muted, fontSize: 11 },
      icon: 'roundRect',
      itemWidth: 16,
      itemHeight: 3,
      itemGap: 18,
      textStyle: { color: theme.muted, fontSize: 12, width: 340, overflow: 'truncate' },
      tooltip: { show: true, formatter: (entry) => escapeHtml((entry as { name: string }).name) },
      data: legendEntries(input.curves),
    },
    tooltip: {
      trigger: 'axis',
      ...tooltipBox(theme),
      axisPointer: { type: 'line', lineStyle: { color: theme.reference, type: 'solid', width: 1 } },
      formatter: (parameters) => {
        const x = hoveredX(parameters)
        if (x === null) return ''
        const at = scale.unproject(x)
        return curveTooltip(`${input.axisTitle} ${formatX(at, input.axis)}`, at, drawn, input.unit, input.unitTitle)
      },
    },
    xAxis: {
      type: 'value',
      min: extent[0],
      max: extent[1],
      name: input.axisTitle,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLine: { lineStyle: { color: theme.line } },
      minInterval: input.axis === 'step' && scale.kind === 'linear' ? 1 : undefined,
      splitLine: { show: false },
      ...xTicks(scale, view, input.axis, theme),
    },
    yAxis: {
      type: input.logarithmic ? 'log' : 'value',
      min: range.min,
      max: range.max,
      interval: input.logarithmic ? undefined : range.step,
      name: input.unitTitle,
      nameLocation: 'middle',
      nameGap: 46,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLine: { show: false },
      axisTick: { show: false, customValues: input.logarithmic ? logTicks(range.min, range.max) : undefined },
      axisLabel: {
        color: theme.muted,
        fontSize: 11,
        formatter: (value: number) => significant(value, 4),
        customValues: input.logarithmic ? logTicks(range.min, range.max) : undefined,
      },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: 0,
        filterMode: 'none',
        startValue: view[0],
        endValue: view[1],
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseMove: true,
        minSpan: 0.01,
      },
      {
        type: 'slider',
        xAxisIndex: 0,
        filterMode: 'none',
        startValue: view[0],
        endValue: view[1],
        height: 14,
        bottom: 10,
        left: 64,
        right: 24,
        minSpan: 0.01,
        borderColor: 'transparent',
        backgroundColor: theme.grid,
        fillerColor: `${theme.train}40`,
        handleStyle: { color: theme.background, borderColor: theme.muted },
        moveHandleSize: 0,
        showDetail: false,
        showDataShadow: false,
        brushSelect: false,
      },
    ],
    series: [
      ...drawn.flatMap((curve) => curveSeries(curve)),
      ...inside.map((line) => referenceSeries(line, extent, input, below.has(line.name))),
    ],
    graphic: outside.slice(0, 3).map((line, index) => ({
      type: 'text' as const,
      right: 28,
      top: 8 + index * 15,
      silent: true,
      style: {
        text: `${line.value > range.max ? '↑' : '↓'} ${line.name} ${formatLikelihood(line.value, input.unit)}`,
        fill: theme.reference,
        fontSize: 11,
        fontFamily: CHART_FONT,
      },
    })),
  }
}

function hoveredX(parameters: unknown): number | null {
  const [first] = (Array.isArray(parameters) ? parameters : [parameters]) as { value?: unknown }[]
  const x: unknown = Array.isArray(first?.value) ? first.value[0] : null
  return typeof x === 'number' ? x : null
}

/** Of two lines too close for both labels above them, the lower one is written below itself. */
function labelsBelow(lines: readonly ReferenceLine[], span: number): ReadonlySet<string> {
  const sorted = [...lines].sort((a, b) => b.value - a.value)
  return new Set(
    sorted.filter((line, index) => index > 0 && (sorted[index - 1]?.value ?? Infinity) - line.value < span * 0.08).map((line) => line.name),
  )
}

function referenceSeries(line: ReferenceLine, extent: readonly [number, number], input: CurveChartInput, below: boolean): LineSeriesOption {
  return {
    type: 'line',
    id: `reference:${line.name}`,
    name: `reference:${line.name}`,
    data: [
      [extent[0], line.value],
      [extent[1], line.value],
    ],
    showSymbol: false,
    silent: true,
    tooltip: { show: false },
    lineStyle: { type: [6, 4], width: 1, color: input.theme.reference },
    markPoint: {
      silent: true,
      symbol: 'rect',
      symbolSize: 0.01,
      data: [{ name: line.name, coord: [(input.view ?? extent)[1], line.value] }],
      label: {
        show: true,
        position: 'left',
        distance: 2,
        offset: [0, below ? 9 : -8],
        color: input.theme.muted,
        // A curve that passes behind leaves the words readable.
        backgroundColor: `${input.theme.background}d0`,
        padding: [1, 3],
        fontSize: 11,
        formatter: `${line.name} ${formatLikelihood(line.value, input.unit)}`,
      },
    },
    z: 1,
  }
}

/** Smallest and largest place over all curves: from zero on, or on a logarithmic axis from the first point above it. */
export function xExtent(tracks: readonly Track[], scale: Scale): [number, number] {
  const ends = tracks.flatMap((track) => {
    const first = scale.kind === 'log' ? lowerBound(track, Number.MIN_VALUE) : 0
    return first < track.length ? [scale.project(track.x[first]!), scale.project(track.x[track.length - 1]!)] : []
  })
  if (ends.length === 0) return [0, 1]
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  if (scale.kind === 'log') return high > low ? [low, high] : [low - 0.5, high + 0.5]
  return high > low ? [Math.min(low, 0), high] : [Math.min(0, low), Math.max(1, high)]
}

/** Labels of the horizontal axis: round numbers, on a logarithmic axis at their places. */
export function xTicks(scale: Scale, view: readonly [number, number], axis: XAxis, theme: ChartTheme) {
  const label = {
    color: theme.muted,
    fontSize: 11,
    hideOverlap: true,
    showMaxLabel: false,
    formatter: (place: number) => formatX(scale.unproject(place), axis),
  }
  // Named even where there are none: the chart keeps what is not named.
  if (scale.kind === 'linear') return { axisTick: { show: false, customValues: undefined }, axisLabel: { ...label, customValues: undefined } }
  const customValues = logTicks(scale.unproject(view[0]), scale.unproject(view[1])).map((tick) => scale.project(tick))
  return { axisTick: { show: false, customValues }, axisLabel: { ...label, showMaxLabel: true, customValues } }
}

function yRange(drawn: readonly DrawnCurve[], input: CurveChartInput, view: readonly [number, number], extent: readonly [number, number]) {
  const start = input.skipStart ? Math.max(view[0], extent[0] + (extent[1] - extent[0]) * 0.08) : view[0]
  let low = Infinity
  let high = -Infinity
  for (const curve of drawn) {
    // With few points nothing is left out: there would be no curve to see.
    const from = curve.track.length > 12 ? start : view[0]
    for (let at = 0; at < curve.line.length; at += 2) {
      const [x, y] = [curve.line[at]!, curve.line[at + 1]!]
      if (x < from || x > view[1] || !Number.isFinite(y)) continue
      if (y < low) low = y
      if (y > high) high = y
    }
  }
  for (const line of input.references) {
    if (!line.hold || input.view !== null) continue
    low = Math.min(low, line.value)
    high = Math.max(high, line.value)
  }
  if (low > high) return { min: input.logarithmic ? 0.1 : 0, max: 1, step: 0.2 }
  if (!input.logarithmic) return niceRange(low, high + (high - low) * 0.04)
  const floor = Math.max(low, 1e-6)
  const margin = Math.max((high / floor) ** 0.05, 1.005)
  return { min: Number((floor / margin).toPrecision(3)), max: Number((high * margin).toPrecision(3)), step: 1 }
}

export function formatX(value: number, axis: XAxis): string {
  if (axis === 'seconds') return formatDuration(value)
  return axis === 'epoch' ? significant(value) : formatCount(value)
}
