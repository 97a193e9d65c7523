import type { EChartsOption } from 'echarts'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import { tooltipBox } from './tooltipBox'

export interface LineInput {
  points: readonly (readonly [number, number])[]
  xTitle: string
  yTitle: string
  /** Of a point, for the tooltip. */
  words: (x: number, y: number) => string
  logarithmic?: boolean
  theme: ChartTheme
}

/** One quantity over another, as a thin line. */
export function lineOption({ points, xTitle, yTitle, words, logarithmic = false, theme }: LineInput): EChartsOption {
  const places = points.map(([x]) => x)
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 48, right: 12, top: 22, bottom: 36 },
    tooltip: {
      trigger: 'axis',
      ...tooltipBox(theme),
      formatter: (parameters) => {
        const [first] = (Array.isArray(parameters) ? parameters : [parameters]) as { value?: unknown }[]
        const value: unknown = first?.value
        return Array.isArray(value) ? words(Number(value[0]), Number(value[1])) : ''
      },
    },
    xAxis: {
      type: 'value',
      min: Math.min(...places),
      max: Math.max(...places),
      name: xTitle,
      nameLocation: 'middle',
      nameGap: 22,
      nameTextStyle: { color: theme.muted, fontSize: 11 },
      // At the bottom, also where no value reaches 0.
      axisLine: { onZero: false, lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { show: false },
    },
    yAxis: {
      type: logarithmic ? 'log' : 'value',
      scale: true,
      splitNumber: 3,
      name: yTitle,
      nameTextStyle: { color: theme.muted, fontSize: 11, align: 'right' },
      nameGap: 8,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: [
      {
        type: 'line',
        data: points.map(([x, y]) => [x, y]),
        showSymbol: false,
        color: theme.series[0],
        lineStyle: { width: 1.25 },
        emphasis: { disabled: true },
      },
    ],
  }
}
