import { bitsLabel, dimensionsOf, isPerStep } from '../../src-main/contract'
import type { Domain, NllUnit } from '../../src-main/contract'
import { furtherDigits, grouped } from './numberStyle'

/** A thin space keeps a figure and its unit together. */
export const THIN = '\u202F'
const MINUS = '\u2212'

/** 50000 → '50,000'. */
export function formatCount(value: number): string {
  return grouped(fraction(0, 0).format(value))
}

/** 1234567 → '1.23 M'; below 10,000 the number is written out. */
export function formatCompact(value: number): string {
  if (Math.abs(value) < 10_000) return formatCount(value)
  for (const [size, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size) return `${significant(value / size)}${THIN}${letter}`
  }
  return formatCount(value)
}

/** Bytes in powers of 1000, as disks are sold: '12.3 MB'. */
export function formatBytes(bytes: number): string {
  for (const [size, letter] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes >= size) return `${significant(bytes / size)}${THIN}${letter}`
  }
  return `${Math.round(bytes)}${THIN}B`
}

/** Seconds as people say them: '12 s', '3 min 20 s', '1 h 04 min', '2 d 3 h'. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–'
  if (seconds < 10) return `${seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1)}${THIN}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}${THIN}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}${THIN}min ${String(whole % 60).padStart(2, '0')}${THIN}s`
  const minutes = Math.round(whole / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)}${THIN}h ${String(minutes % 60).padStart(2, '0')}${THIN}min`
  return `${Math.floor(minutes / 1440)}${THIN}d ${Math.floor((minutes % 1440) / 60)}${THIN}h`
}

export type LikelihoodUnit = 'nats' | 'bits/dim'

/** An NLL with as many digits as mean something: nats two decimals (three below 10), bits/dim three. */
export function formatLikelihood(value: number, unit: LikelihoodUnit): string {
  if (!Number.isFinite(value)) return '–'
  const digits = (unit === 'bits/dim' || Math.abs(value) < 10 ? 3 : 2) + furtherDigits()
  return written(fraction(digits, digits).format(value))
}

/** How an NLL's unit is written beside its figure: 'nats', 'nats/sample', 'nats/frame', 'bits/dim', 'bits/character' … */
export function unitLabel(unit: LikelihoodUnit, nllUnit: NllUnit): string {
  if (unit === 'bits/dim') return bitsLabel(nllUnit)
  return nllUnit === 'nats/example' ? 'nats' : nllUnit
}

/**
 * Bits per dimension of one nat. Pairs have targets of different length: there it is what the run's own figures say, NaN while there are none.
 */
export function bitsPerNat(domain: Pick<Domain, 'shape'>, nllUnit: NllUnit, measured: { nats: number; bitsPerDim: number } | null): number {
  if (nllUnit !== 'nats/pair') return natsToBitsPerDim(1, domain, nllUnit)
  return measured && measured.nats !== 0 ? measured.bitsPerDim / measured.nats : NaN
}

/** nats → bits/dim: divided by D · ln 2 for whole examples, by ln 2 where the unit is already one sample; video: by the dimensions of a frame. */
export function natsToBitsPerDim(nats: number, domain: Pick<Domain, 'shape'>, nllUnit: NllUnit): number {
  const dimensions = isPerStep(nllUnit) ? 1 : dimensionsOf(domain) / (nllUnit === 'nats/frame' ? (domain.shape[0] ?? 1) : 1)
  return nats / (dimensions * Math.LN2)
}

/** Three significant digits, without an exponent for everyday sizes: 0.00123, 14.1, 1,230. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return '0'
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return withMinus(value.toExponential(digits - 1).replace('e+', 'e'))
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)))
  return written(fraction(0, decimals).format(value))
}

/** Three significant digits with the zeros kept, so that a figure that changes does not change its width: 7.70, 0.200. */
export function steady(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size === 0 || size >= 1e6 || size < 1e-4) return significant(value, digits)
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)))
  return written(fraction(decimals, decimals).format(value))
}

const kept = new Map<number, Intl.NumberFormat>()
/** Making one takes longer than drawing the figure that it writes, so each is made once. */
function fraction(least: number, most: number): Intl.NumberFormat {
  const key = least * 128 + most
  let format = kept.get(key)
  if (!format) kept.set(key, (format = new Intl.NumberFormat('en', { minimumFractionDigits: least, maximumFractionDigits: most })))
  return format
}

function written(text: string): string {
  return withMinus(grouped(text))
}

function withMinus(text: string): string {
  return text.replace('-', MINUS)
}

/** '28 × 28 binary', '32 × 32 RGB, 256 levels', 'audio, 8 kHz, 256 μ-law levels', '16 dimensions, binary'. */
export function describeDomain(domain: Domain): string {
  const values = domain.levels === 2 ? 'binary' : domain.levels > 1024 ? `${domain.levels.toLocaleString('en')} levels` : `${domain.levels}${domain.encoding === 'mu-law' ? ' μ-law' : ''} levels`
  if (domain.kind === 'image') {
    const [height, width, channels] = domain.shape
    const colour = channels === 3 ? 'RGB, ' : domain.levels === 2 ? '' : 'grey, '
    return `${width} × ${height} ${colour}${values}`
  }
  if (domain.kind === 'video') {
    const [frames, height, width, channels] = domain.shape
    const colour = channels === 3 ? 'RGB, ' : domain.levels === 2 ? '' : 'grey, '
    return `${frames} frames of ${width} × ${height}, ${colour}${values}`
  }
  if (domain.kind === 'audio') {
    const rate = domain.sampleRate === undefined ? '' : `${significant(domain.sampleRate / 1000)} kHz, `
    return `audio, ${rate}${values}`
  }
  if (domain.text?.source !== undefined) return `pairs of texts, ${(domain.text.alphabet?.length ?? domain.levels) - 1} different characters`
  if (domain.kind === 'text') return domain.text?.alphabet ? `text, ${domain.levels} different characters` : 'text, as bytes'
  return `${dimensionsOf(domain)} dimensions, ${values}`
}

const time = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
const times = new Intl.DateTimeFormat('en-GB', time)
const timesWithYear = new Intl.DateTimeFormat('en-GB', { ...time, year: 'numeric' })

/** '4 Oct, 14:05', with the year when it is not this one. */
export function formatTime(iso: string, now = new Date()): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '–'
  return (date.getFullYear() === now.getFullYear() ? times : timesWithYear).format(date)
}
