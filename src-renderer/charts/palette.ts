/**
 * Colours of the charts. The series follow Okabe and Ito (2008), which people with any common colour blindness can
 * tell apart; the order keeps neighbours far from each other in lightness as well.
 */
/** A canvas cannot inherit its font, so the charts name the same stack as the styles. */
export const CHART_FONT =
  'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'

export interface ChartTheme {
  text: string
  muted: string
  line: string
  grid: string
  background: string
  tooltip: string
  /** Colours of whole runs when several are laid over each other. */
  series: readonly string[]
  train: string
  valid: string
  reference: string
}

export const lightTheme = {
  text: '#23272e',
  muted: '#5b636f',
  line: '#c9ced5',
  grid: '#eceef1',
  background: '#ffffff',
  tooltip: '#ffffff',
  series: ['#0072b2', '#d55e00', '#009e73', '#b0578d', '#b07a00', '#3a8fc7', '#5b636f'],
  train: '#56a5d8',
  valid: '#d55e00',
  reference: '#7a828d',
} satisfies ChartTheme

export const darkTheme = {
  text: '#dfe3e8',
  muted: '#98a0ab',
  line: '#3a414b',
  grid: '#22272e',
  background: '#14171c',
  tooltip: '#1d2127',
  series: ['#56b4e9', '#f0803c', '#2fc59a', '#de8fbd', '#e6b000', '#8fb8ff', '#aab2bd'],
  train: '#4a93c4',
  valid: '#f5924f',
  reference: '#8d95a1',
} satisfies ChartTheme

export function chartTheme(dark: boolean): ChartTheme {
  return dark ? darkTheme : lightTheme
}

/** The colour that a run keeps for as long as it is shown: by its place in the selection. */
export function seriesColor(theme: ChartTheme, index: number): string {
  return theme.series[index % theme.series.length] ?? theme.text
}

type Colour = readonly [number, number, number]

/** The two tones of the checkerboard that stands for unknown pixels: blue, as pictures are mostly grey. */
export function maskTonesOf(dark: boolean): readonly [Colour, Colour] {
  return dark ? [[36, 82, 112], [48, 98, 132]] : [[128, 182, 216], [154, 199, 227]]
}
