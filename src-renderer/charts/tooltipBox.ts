import type { ChartTheme } from './palette'

/** The box of every chart's tooltip. */
export const tooltipBox = (theme: ChartTheme) => ({
  confine: true,
  backgroundColor: theme.tooltip,
  borderColor: theme.line,
  textStyle: { color: theme.text, fontSize: 12 },
})
