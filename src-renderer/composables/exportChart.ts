import type { EChartsOption } from 'echarts'
import { TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { CHART_FONT } from '../charts/palette'
import type { ChartTheme } from '../charts/palette'
import { stopPainting } from './stopPainting'

use([TitleComponent, SVGRenderer])

const WIDTH = 1280
const HEIGHT = 720

export interface Paper {
  title: string
  subtitle: string
  theme: ChartTheme
  /** Titles of axes that carry none on the page. */
  xTitle?: string
  yTitle?: string
}

/** The chart alone, with a title, on its own background and without the zoom bar. */
function forPaper(option: EChartsOption, { title, subtitle, theme, xTitle, yTitle }: Paper): EChartsOption {
  const notes = Array.isArray(option.graphic) ? option.graphic : []
  return {
    ...option,
    animation: false,
    backgroundColor: theme.background,
    dataZoom: [],
    grid: { left: 76, right: 36, top: 104, bottom: 60 },
    title: {
      text: title,
      subtext: subtitle,
      left: 26,
      top: 16,
      itemGap: 6,
      textStyle: { color: theme.text, fontSize: 17, fontWeight: 600, fontFamily: CHART_FONT },
      subtextStyle: { color: theme.muted, fontSize: 12, fontFamily: CHART_FONT },
    },
    legend: { ...(option.legend as object), show: option.visualMap === undefined, top: 68, left: 66 },
    xAxis: { ...(option.xAxis as object), ...(xTitle === undefined ? {} : { name: xTitle }) },
    yAxis: { ...(option.yAxis as object), ...(yTitle === undefined ? {} : { name: yTitle }) },
    ...(option.visualMap === undefined ? {} : { visualMap: { ...(option.visualMap as object), ...scaleOfColours(theme) } }),
    graphic: notes.map((note, index) => ({ ...(note as object), right: 40, top: 70 + index * 15 })),
  }
}

/** What the colours of a map mean, at its upper right. */
const scaleOfColours = ({ muted }: ChartTheme): object => ({
  show: true,
  orient: 'horizontal',
  right: 36,
  top: 58,
  itemHeight: 160,
  calculable: false,
  text: ['', ''],
  formatter: (share: number) => `${(100 * share).toFixed(0)} %`,
  textStyle: { color: muted, fontSize: 12 },
})

export function chartToSvg(option: EChartsOption, paper: Paper): Blob {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  chart.setOption(forPaper(option, paper))
  const svg = chart.renderToSVGString()
  chart.dispose()
  return new Blob([svg], { type: 'image/svg+xml' })
}

export async function chartToPng(option: EChartsOption, paper: Paper): Promise<Blob> {
  const frame = document.createElement('div')
  const chart = init(frame, null, { renderer: 'canvas', devicePixelRatio: 2, width: WIDTH, height: HEIGHT })
  chart.setOption(forPaper(option, paper))
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: paper.theme.background })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  stopPainting(chart)
  chart.dispose()
  if (!blob) throw new Error('The browser could not make a PNG of the chart.')
  return blob
}
