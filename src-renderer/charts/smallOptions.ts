import type { EChartsOption } from 'echarts'
import { formatX } from './curveOption'
import { decimate } from './decimate'
import type { Point } from './decimate'
import { formatCompact, significant } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import type { XAxis } from './series'

export interface SmallChartInput {
  lines: readonly { name: string; color: string; points: readonly Point[] }[]
  axis: XAxis
  logarithmic: boolean
  theme: ChartTheme
}

/** A small companion of the main chart: one quantity over training. */
export function smallOption({ lines, axis, logarithmic, theme }: SmallChartInput): EChartsOption {
  const positive = lines.every((line) => line.points.every(([, y]) => y > 0))
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 52, right: 12, top: 8, bottom: 24 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: theme.tooltip,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
      valueFormatter: (value) => (typeof value === 'number' ? significant(value) : '–'),
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: 'dataMax',
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      splitLine: { show: false },
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true, formatter: (value: number) => formatX(value, axis) },
    },
    yAxis: {
      type: logarithmic && positive ? 'log' : 'value',
      scale: logarithmic,
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => significant(value, 2) },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: lines.map((line) => ({
      type: 'line' as const,
      name: line.name,
      data: decimate(line.points, 800).map(([x, y]) => [x, y]),
      showSymbol: false,
      color: line.color,
      lineStyle: { width: 1.25 },
      emphasis: { disabled: true },
    })),
  }
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
      confine: true,
      backgroundColor: theme.tooltip,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
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
