import type { EChartsOption } from 'echarts'
import { init } from 'echarts/core'

const WIDTH = 1280
const HEIGHT = 720

/** The chart alone, on its own background, without the zoom bar. */
function forPaper(option: EChartsOption, background: string): EChartsOption {
  return { ...option, animation: false, backgroundColor: background, dataZoom: [], grid: { left: 72, right: 32, top: 52, bottom: 56 } }
}

export function chartToSvg(option: EChartsOption, background: string): Blob {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  chart.setOption(forPaper(option, background))
  const svg = chart.renderToSVGString()
  chart.dispose()
  return new Blob([svg], { type: 'image/svg+xml' })
}

export async function chartToPng(option: EChartsOption, background: string): Promise<Blob> {
  const frame = document.createElement('div')
  const chart = init(frame, null, { renderer: 'canvas', devicePixelRatio: 2, width: WIDTH, height: HEIGHT })
  chart.setOption(forPaper(option, background))
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: background })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  chart.dispose()
  if (!blob) throw new Error('The browser could not make a PNG of the chart.')
  return blob
}
