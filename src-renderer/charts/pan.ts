import type { EChartsOption } from 'echarts'
import { drawnAround } from './curveSeries'

/** A stretch of the horizontal axis, in its places. */
export type Stretch = readonly [from: number, to: number]

/** The view, moved by a share of itself, as far as the axis goes. */
export function movedBy([from, to]: Stretch, [least, most]: Stretch, share: number): [number, number] {
  const by = Math.max(least - from, Math.min(most - to, share * (to - from)))
  return [from + by, to + by]
}

/** What is drawn around a view, as far as the axis goes. */
export function stretchAround(view: Stretch, [least, most]: Stretch): [number, number] {
  const [from, to] = drawnAround(view)
  return [Math.max(least, from), Math.min(most, to)]
}

/** Whether all of a view lies in a stretch; a millionth of it may be missing, as places are rounded. */
export function holds([from, to]: Stretch, view: Stretch): boolean {
  const little = 1e-6 * (to - from)
  return view[0] >= from - little && view[1] <= to + little
}

/** Marks of an axis that is as long as a view. */
const MARKS = 5

/**
 * What moves of a chart when it is dragged: its plot and the labels beneath, without margins, over a longer `stretch` than is in view.
 * `labels` is the height of those labels, in pixels.
 */
export function pictureOption(option: EChartsOption, { stretch, view, labels }: { stretch: Stretch; view: Stretch; labels: number }): EChartsOption {
  const [min, max] = stretch
  const { axisLabel, ...xAxis } = option.xAxis as { axisLabel?: object }
  return {
    ...option,
    grid: { left: 0, right: 0, top: 0, bottom: labels },
    legend: { show: false },
    tooltip: { show: false },
    dataZoom: [],
    graphic: [],
    xAxis: {
      ...xAxis,
      min,
      max,
      name: '',
      splitNumber: Math.max(1, Math.round((MARKS * (max - min)) / (view[1] - view[0]))),
      axisLabel: { ...axisLabel, showMinLabel: false, showMaxLabel: false },
    },
    yAxis: { ...(option.yAxis as object), name: '', axisLabel: { show: false } },
  }
}
