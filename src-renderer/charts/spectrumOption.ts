import type { EChartsOption } from 'echarts'
import { significant } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'

export interface SpectrumInput {
  /** Power of the bands from 0 Hz to half the sample rate, dB. */
  decibels: readonly number[]
  /** Hz */
  sampleRate: number
  xTitle: string
  yTitle: string
  theme: ChartTheme
}

/** The average spectrum of recordings over frequency. */
export function spectrumOption({ decibels, sampleRate, xTitle, yTitle, theme }: SpectrumInput): EChartsOption {
  const step = sampleRate / 2 / Math.max(1, decibels.length - 1)
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 48, right: 12, top: 22, bottom: 36 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: theme.tooltip,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
      formatter: (parameters) => {
        const [first] = (Array.isArray(parameters) ? parameters : [parameters]) as { value?: unknown }[]
        const value: unknown = first?.value
        return Array.isArray(value) ? `${significant(Number(value[0]), 3)} kHz · ${significant(Number(value[1]), 3)} dB` : ''
      },
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: sampleRate / 2000,
      name: xTitle,
      nameLocation: 'middle',
      nameGap: 22,
      nameTextStyle: { color: theme.muted, fontSize: 11 },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
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
        data: decibels.map((value, band) => [(band * step) / 1000, value]),
        showSymbol: false,
        color: theme.series[0],
        lineStyle: { width: 1.25 },
        emphasis: { disabled: true },
      },
    ],
  }
}
