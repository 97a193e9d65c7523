import type { EChartsOption } from 'echarts'
import { HISTOGRAM_BINS, HISTOGRAM_COUNT } from '../../src-main/contract'
import { viridis } from '../../src-main/contract/viridis'
import type { HistogramRecord, Magnitudes } from '../../src-main/contract'
import { toCsv } from './csv'
import { formatX } from './curveOption'
import { significant } from './format'
import { CHART_FONT } from './palette'
import type { ChartTheme } from './palette'
import type { XAxis } from './series'
import { tooltipBox } from './tooltipBox'

export type HistogramPart = 'weights' | 'gradients'

interface HistogramChartInput {
  records: readonly HistogramRecord[]
  layer: string
  part: HistogramPart
  axis: XAxis
  axisTitle: string
  words: { magnitude: string; share: string; smaller: string; rms: string }
  theme: ChartTheme
}

/** Lower edge of a bin. */
const edge = (bin: number): number => 10 ** (HISTOGRAM_BINS.lowest + bin / HISTOGRAM_BINS.perDecade)

/** The magnitudes of a layer at each record that has it. */
export function magnitudesOver(records: readonly HistogramRecord[], layer: string, part: HistogramPart): { record: HistogramRecord; magnitudes: Magnitudes }[] {
  return records.flatMap((record) => {
    const found = record.layers.find(({ name }) => name === layer)
    return found ? [{ record, magnitudes: found[part] }] : []
  })
}

/** More columns than this are narrower than can be told apart, and take longer to draw than a frame has. */
const MOST_COLUMNS = 96

/**
 * Of very many records every second, fourth, eighth … and the last one. Those that are kept stay as more come, until every other of them goes.
 * Drawing only: files have them all.
 */
export function thinned(records: readonly HistogramRecord[]): readonly HistogramRecord[] {
  const stride = 2 ** Math.max(0, Math.ceil(Math.log2(records.length / MOST_COLUMNS)))
  return stride === 1 ? records : records.filter((_record, index) => (index + 1) % stride === 0 || index === records.length - 1)
}

const totalOf = ({ counts, below, above }: Magnitudes): number => counts.reduce((sum, count) => sum + count, below + above)

/** How the magnitudes of a layer's weights or gradients move over training: a column for each record, a row for each quarter of a decade. */
export function histogramMapOption({ records, layer, part, axis, axisTitle, words, theme }: HistogramChartInput): EChartsOption {
  const columns = magnitudesOver(records, layer, part)
  const bins = columns.map(({ magnitudes: { first, counts } }) => [first, first + counts.length] as const).filter(([first, end]) => end > first)
  const low = bins.length > 0 ? Math.min(...bins.map(([first]) => first)) : 0
  const high = bins.length > 0 ? Math.max(...bins.map(([, end]) => end)) : HISTOGRAM_COUNT
  const cells = columns.flatMap(({ magnitudes }, column) => {
    const total = Math.max(1, totalOf(magnitudes))
    return magnitudes.counts.flatMap((count, index) => (count > 0 ? [[column, magnitudes.first + index - low, count / total]] : []))
  })
  const most = cells.reduce((highest, [, , share]) => Math.max(highest, share ?? 0), 0.01)
  const label = (bin: number): string => significant(edge(bin), 1)
  return {
    animation: false,
    textStyle: { fontFamily: CHART_FONT, color: theme.text },
    grid: { left: 58, right: 12, top: 8, bottom: 26 },
    legend: { show: false },
    tooltip: {
      ...tooltipBox(theme),
      formatter: (parameters) => {
        const value = (parameters as { value?: unknown }).value
        if (!Array.isArray(value)) return ''
        const [column, row, share] = value as [number, number, number]
        const at = columns[column]
        if (!at) return ''
        const { below, rms } = at.magnitudes
        const beneath = below / Math.max(1, totalOf(at.magnitudes))
        return [
          `${axisTitle} ${formatX(at.record[axis], axis)}`,
          `${label(low + row)} – ${label(low + row + 1)}: <b>${significant(100 * share, 3)} %</b>`,
          `${words.rms} ${significant(rms, 3)}`,
          ...(beneath > 0 ? [`${words.smaller} ${significant(100 * beneath, 3)} %`] : []),
        ].join('<br>')
      },
    },
    xAxis: {
      type: 'category',
      data: columns.map(({ record }) => formatX(record[axis], axis)),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      data: Array.from({ length: high - low }, (_value, row) => label(low + row)),
      name: words.magnitude,
      nameLocation: 'middle',
      nameGap: 44,
      nameTextStyle: { color: theme.muted, fontSize: 11 },
      axisLine: { show: false },
      axisTick: { show: false },
      // Whole decades alone.
      axisLabel: { color: theme.muted, fontSize: 11, interval: (row: number) => (low + row) % HISTOGRAM_BINS.perDecade === 0 },
    },
    visualMap: {
      show: false,
      min: 0,
      max: most,
      inRange: { color: [0.08, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${viridis(share).join()})`) },
    },
    series: [{ type: 'heatmap', name: words.share, data: cells, progressive: 0, emphasis: { disabled: true } }],
  }
}

/** Every bin of every record; `from` and `to` are its edges, an empty edge is open. */
export function histogramsToCsv(records: readonly HistogramRecord[], layer: string, part: HistogramPart): string {
  const rows = magnitudesOver(records, layer, part).flatMap(({ record: { step, epoch }, magnitudes: { first, counts, below, above, rms } }) => [
    [step, epoch, null, edge(0), below, rms],
    ...counts.map((count, index) => [step, epoch, edge(first + index), edge(first + index + 1), count, rms]),
    [step, epoch, edge(HISTOGRAM_COUNT), null, above, rms],
  ])
  return toCsv(['step', 'epoch', 'from', 'to', 'count', 'rms'], rows)
}
