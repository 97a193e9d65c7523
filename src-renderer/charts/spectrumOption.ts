import type { EChartsOption } from 'echarts'
import { significant } from './format'
import { lineOption } from './lineOption'
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

/** The average spectrum of recordings over frequency, in kHz. */
export function spectrumOption({ decibels, sampleRate, ...rest }: SpectrumInput): EChartsOption {
  const step = sampleRate / 2000 / Math.max(1, decibels.length - 1)
  return lineOption({
    ...rest,
    points: decibels.map((value, band) => [band * step, value] as const),
    words: (frequency, level) => `${significant(frequency, 3)} kHz · ${significant(level, 3)} dB`,
  })
}
