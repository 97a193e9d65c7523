import type { ECharts } from 'echarts/core'

/**
 * What zrender could not paint in one frame it goes on with in the next, even when the chart has been disposed of in between, and then finds
 * nothing to paint on. To be called before a chart goes: another number of the drawing ends the one that is left.
 */
export function stopPainting(chart: ECharts): void {
  const { painter } = chart.getZr() as unknown as { painter: { _redrawId?: number } }
  painter._redrawId = -1
}
