import type { EChartsOption } from 'echarts'
import { formatX, xExtent, xTicks } from './curveOption'
import { lineWidth, pointsOf } from './curveSeries'
import { escapeHtml } from './curveTooltip'
import { decimate } from './decimate'
import { formatCompact, significant } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import { linear } from './scale'
import type { Scale } from './scale'
import type { XAxis } from './series'
import { indexAt } from './track'
import type { Track } from './track'
import { tooltipBox } from './tooltipBox'

export interface SmallLine {
  name: string
  color: string
  track: Track
}

export interface SmallChartInput {
  lines: readonly SmallLine[]
  axis: XAxis
  axisTitle: string
  scale?: Scale
  /** Of the vertical axis, where all values are above zero. */
  logarithmic: boolean
  /** Part of the horizontal axis in view, in its places; all when null. */
  view: readonly [number, number] | null
  /** Of values, in labels and tooltip. */
  format: (value: number) => string
  theme: ChartTheme
}

/** A small companion of the main chart: one quantity over training, the same stretch of it. */
export function smallOption({ lines, axis, axisTitle, scale = linear, logarithmic, view, format, theme }: SmallChartInput): EChartsOption {
  const extent = xExtent(
    lines.map(({ track }) => track),
    scale,
  )
  const [from, to] = view ?? extent
  const drawn = lines.map((line) => ({ ...line, points: decimate(line.track, [from, to], 800, scale) }))
  const positive = drawn.every(({ points }) => points.every((value, at) => at % 2 === 0 || !(value <= 0)))
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 52, right: 12, top: 8, bottom: 24 },
    // Shown on paper alone, where nothing else names the lines.
    legend: { show: false, textStyle: { color: theme.muted, fontSize: 12 }, icon: 'roundRect', itemWidth: 16, itemHeight: 3, data: lines.map(({ name }) => name) },
    tooltip: {
      trigger: 'axis',
      ...tooltipBox(theme),
      formatter: (parameters) => {
        const [first] = (Array.isArray(parameters) ? parameters : [parameters]) as { value?: unknown }[]
        const place: unknown = Array.isArray(first?.value) ? first.value[0] : null
        return typeof place === 'number' ? tooltipOf(scale.unproject(place), { lines, axis, axisTitle, format }) : ''
      },
    },
    xAxis: {
      type: 'value',
      min: from,
      max: to,
      axisLine: { lineStyle: { color: theme.line } },
      splitLine: { show: false },
      splitNumber: 3,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      ...xTicks(scale, [from, to], axis, theme),
    },
    yAxis: {
      type: logarithmic && positive ? 'log' : 'value',
      scale: logarithmic,
      splitNumber: 3,
      nameLocation: 'middle',
      nameGap: 50,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: drawn.map((line) => ({
      type: 'line' as const,
      name: line.name,
      ...pointsOf(line.points),
      showSymbol: false,
      color: line.color,
      lineStyle: { width: lineWidth(line.points.length / 2, 1.25) },
      emphasis: { disabled: true },
    })),
  }
}

function tooltipOf(x: number, { lines, axis, axisTitle, format }: Pick<SmallChartInput, 'lines' | 'axis' | 'axisTitle' | 'format'>): string {
  const rows = lines.flatMap(({ name, color, track }) => {
    const index = indexAt(track, x)
    if (index < 0 || !Number.isFinite(track.y[index])) return []
    const swatch = `<span style="display:inline-block;width:10px;height:3px;border-radius:2px;background:${escapeHtml(color)}"></span>`
    return [`<div>${swatch} ${escapeHtml(name)} <b style="font-variant-numeric:tabular-nums">${format(track.y[index]!)}</b></div>`]
  })
  return `<div style="opacity:.75">${escapeHtml(`${axisTitle} ${formatX(x, axis)}`)}</div>${rows.join('')}`
}

/** Counts per level (or per class): bars without gaps for many values, with gaps for few. */
export function histogramOption(input: {
  labels: readonly string[]
  counts: readonly number[]
  xTitle: string
  theme: ChartTheme
  logarithmic: boolean
}): EChartsOption {
  const { theme } = input
  const total = input.counts.reduce((sum, count) => sum + count, 0)
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 48, right: 8, top: 10, bottom: 36 },
    tooltip: {
      trigger: 'axis',
      ...tooltipBox(theme),
      valueFormatter: (value) =>
        typeof value === 'number' ? `${formatCompact(value)} (${significant((100 * value) / Math.max(1, total))} %)` : '–',
    },
    xAxis: {
      type: 'category',
      data: [...input.labels],
      name: input.xTitle,
      nameLocation: 'middle',
      nameGap: 22,
      nameTextStyle: { color: theme.muted, fontSize: 11 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: input.logarithmic ? 'log' : 'value',
      min: input.logarithmic ? 1 : 0,
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => formatCompact(value) },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: [
      {
        type: 'bar',
        data: [...input.counts],
        color: theme.series[0],
        barCategoryGap: input.counts.length > 40 ? '0%' : '24%',
        emphasis: { disabled: true },
      },
    ],
  }
}
