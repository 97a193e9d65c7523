import type { EChartsOption } from 'echarts'
import type { Examination } from '../../src-main/contract'
import { formatCompact, formatCount, significant } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import { tooltipBox } from './tooltipBox'

type Reliability = NonNullable<Examination['reliability']>

/** Share of each bin times the number of bins: 1 where the transforms are uniform; with the band in which it then lies. */
export function pitShares({ counts, total }: Pick<Examination['pit'], 'counts' | 'total'>): { shares: number[]; band: number } {
  const bins = counts.length
  const share = 1 / bins
  return { shares: counts.map((count) => (total > 0 ? (count * bins) / total : 0)), band: total > 0 ? 2 * Math.sqrt((share * (1 - share)) / total) * bins : 0 }
}

function common(theme: ChartTheme): Pick<EChartsOption, 'animation' | 'textStyle' | 'grid'> {
  return { animation: false, textStyle: { fontFamily: CHART_FONT, color: theme.text }, grid: { left: 56, right: 16, top: 14, bottom: 44 } }
}

function axis(theme: ChartTheme, name: string, gap: number) {
  return {
    name,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { color: theme.muted, fontSize: 11 },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: theme.grid } },
  }
}

export function pitOption(pit: Examination['pit'], theme: ChartTheme, words: { x: string; y: string; uniform: string; band: string }): EChartsOption {
  const { shares, band } = pitShares(pit)
  const bins = shares.length
  const line = (name: string, y: number, dashed: boolean) => ({
    type: 'line' as const,
    name,
    data: [[0, y], [1, y]],
    showSymbol: false,
    silent: true,
    lineStyle: { color: theme.valid, width: dashed ? 1 : 1.5, type: dashed ? ('dashed' as const) : ('solid' as const) },
    color: theme.valid,
    tooltip: { show: false },
  })
  return {
    ...common(theme),
    tooltip: {
      ...tooltipBox(theme),
      trigger: 'item',
      formatter: (item) => {
        const at = Array.isArray(item) ? 0 : item.dataIndex
        return `${words.x} ${significant(at / bins)} – ${significant((at + 1) / bins)}<br>${formatCount(pit.counts[at] ?? 0)} · ${significant(shares[at] ?? 0, 4)}`
      },
    },
    xAxis: [
      { type: 'category', data: shares.map((_share, bin) => significant((bin + 0.5) / bins)), show: false },
      { type: 'value', min: 0, max: 1, position: 'bottom', ...axis(theme, words.x, 26), splitLine: { show: false } },
    ],
    yAxis: { type: 'value', min: 0, max: Math.max(2, ...shares.map((share) => Math.ceil(share * 2) / 2)), splitNumber: 4, ...axis(theme, words.y, 36) },
    series: [
      { type: 'bar', data: shares, color: theme.series[0], itemStyle: { opacity: 0.65 }, barCategoryGap: '6%', emphasis: { disabled: true } },
      { ...line(words.uniform, 1, false), xAxisIndex: 1 },
      { ...line(words.band, 1 + band, true), xAxisIndex: 1 },
      { ...line(words.band, 1 - band, true), xAxisIndex: 1 },
    ],
  }
}

export function reliabilityOption({ bins }: Reliability, theme: ChartTheme, words: { given: string; came: string; ideal: string; count: (count: number) => string }): EChartsOption {
  const filled = bins.filter(({ count }) => count > 0)
  const most = Math.max(1, ...filled.map(({ count }) => count))
  const points = filled.map(({ count, predicted, observed }) => [predicted / count, observed / count, count])
  const errors = points.map(([given, came, count]) => [given!, came!, 2 * Math.sqrt(Math.max(came! * (1 - came!), 1e-9) / count!)])
  return {
    ...common(theme),
    tooltip: {
      ...tooltipBox(theme),
      trigger: 'item',
      formatter: (item) => {
        const [given, came, count] = (Array.isArray(item) ? [] : (item.value as number[])) as [number?, number?, number?]
        return `${words.given} ${significant(given ?? 0)}<br>${words.came} ${significant(came ?? 0)}<br>${words.count(count ?? 0)}`
      },
    },
    xAxis: { type: 'value', min: 0, max: 1, ...axis(theme, words.given, 26) },
    yAxis: { type: 'value', min: 0, max: 1, ...axis(theme, words.came, 36) },
    series: [
      { type: 'line', name: words.ideal, data: [[0, 0], [1, 1]], showSymbol: false, silent: true, color: theme.valid, lineStyle: { color: theme.valid, width: 1.5 } },
      // Two standard errors of each share, as a line up and down.
      ...errors.map(([given, came, error]) => ({
        type: 'line' as const,
        data: [[given!, Math.max(0, came! - error!)], [given!, Math.min(1, came! + error!)]],
        showSymbol: false,
        silent: true,
        color: theme.series[0],
        lineStyle: { width: 1, color: theme.series[0] },
      })),
      { type: 'line', data: points, color: theme.series[0], lineStyle: { width: 1.25, color: theme.series[0] }, symbol: 'circle', symbolSize: (value: number[]) => 4 + 8 * Math.sqrt((value[2] ?? 0) / most), emphasis: { disabled: true } },
    ],
  }
}

/** Bits of the model against those of the PNG, example by example. */
export function bitsOption(
  examination: Pick<Examination, 'nats' | 'pngBits' | 'indices'>,
  theme: ChartTheme,
  words: { x: string; y: string; equal: string; point: (index: number, model: string, png: string) => string },
): EChartsOption {
  const png = examination.pngBits ?? []
  const points = examination.nats.map((nats, at) => [png[at] ?? 0, nats / Math.LN2])
  const most = points.reduce((highest, [x, y]) => Math.max(highest, x!, y!), 1)
  return {
    ...common(theme),
    tooltip: {
      ...tooltipBox(theme),
      trigger: 'item',
      formatter: (item) => {
        const [x, y] = (Array.isArray(item) ? [] : (item.value as number[])) as [number?, number?]
        return words.point(examination.indices[Array.isArray(item) ? 0 : item.dataIndex] ?? 0, formatCount(y ?? 0), formatCount(x ?? 0))
      },
    },
    xAxis: { type: 'value', min: 0, max: 'dataMax', ...axis(theme, words.x, 26), axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true, formatter: (value: number) => formatCompact(value) } },
    yAxis: { type: 'value', min: 0, ...axis(theme, words.y, 42), axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => formatCompact(value) } },
    series: [
      { type: 'line', name: words.equal, data: [[0, 0], [most, most]], showSymbol: false, silent: true, clip: true, color: theme.valid, lineStyle: { color: theme.valid, width: 1.25, type: 'dashed' } },
      { type: 'scatter', data: points, symbolSize: points.length > 2000 ? 3 : 5, itemStyle: { color: theme.series[0], opacity: 0.55 }, large: points.length > 2000, emphasis: { disabled: true } },
    ],
  }
}
