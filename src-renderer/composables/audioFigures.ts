import type { DatasetRecord, DatasetStatistics } from '../../src-main/contract'
import { formatCount, formatDuration, significant } from '../charts/format'
import { fill, text } from '../strings'

/** A share as people say it: none, hardly any, or a percentage. */
function share(value: number): string {
  if (value === 0) return text.data.audio.none
  const percent = 100 * value
  return percent < 0.01 ? text.data.audio.hardly : `${significant(percent, 2)}\u00a0%`
}

const decibels = (value: number): string => value.toFixed(1).replace('-', '−')

/** What the page of a data set says of its recordings. */
export function audioFigures({ audio }: Pick<DatasetStatistics, 'audio'>): { label: string; value: string; help?: string }[] {
  if (!audio) return []
  const words = text.data.audio
  const rows: { label: string; value: string; help?: string }[] = [
    { label: words.level, value: fill(words.levelValue, { level: decibels(audio.levelDb), peak: decibels(audio.peakDb) }), help: words.levelHelp },
    { label: words.clipped, value: share(audio.clippedShare), help: words.clippedHelp },
    { label: words.silent, value: share(audio.silentShare), help: words.silentHelp },
  ]
  if (audio.droppedSeconds) rows.push({ label: words.dropped, value: formatDuration(audio.droppedSeconds) })
  if (audio.notNumbers) rows.push({ label: words.notNumbers, value: formatCount(audio.notNumbers), help: words.notNumbersHelp })
  return rows
}

/** What stands beside the recordings. */
export function featureFigures({ domain, options }: Pick<DatasetRecord, 'domain' | 'options'>): { label: string; value: string; help?: string }[] {
  const { features, sampleRate = 8000 } = domain
  if (!features) return []
  const words = text.data.audio
  const value = fill(options.features === 'files' ? words.featuresOfFiles : words.featuresLogMel, { size: formatCount(features.size), milliseconds: significant((1000 * features.hop) / sampleRate) })
  return [{ label: words.features, value, help: fill(words.featuresHelp, { hop: formatCount(features.hop) }) }]
}
