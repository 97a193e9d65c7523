import type { Point } from './decimate'
import { formatLikelihood } from './format'
import type { LikelihoodUnit } from './format'

export interface TooltipCurve {
  name: string
  color: string
  /** Sorted by x. */
  line: readonly Point[]
}

/** Names come from users, so they are escaped before they become HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The last point at or before x: what was known at that moment. */
export function pointAt(line: readonly Point[], x: number): Point | null {
  let low = 0
  let high = line.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((line[middle]?.[0] ?? Infinity) <= x) low = middle + 1
    else high = middle
  }
  return line[low - 1] ?? null
}

/** Every curve's value at x, though validations are rarer than training points. */
export function curveTooltip(title: string, x: number, curves: readonly TooltipCurve[], unit: LikelihoodUnit, unitTitle: string): string {
  const rows = curves.flatMap((curve) => {
    const point = pointAt(curve.line, x)
    if (!point) return []
    const swatch = `<span style="width:10px;height:3px;border-radius:2px;background:${escapeHtml(curve.color)}"></span>`
    const value = `<b style="font-variant-numeric:tabular-nums">${formatLikelihood(point[1], unit)}</b>`
    return [
      `<div style="display:flex;gap:10px;align-items:center">${swatch}<span style="flex:1">${escapeHtml(curve.name)}</span>${value}</div>`,
    ]
  })
  const head = `<div style="margin-bottom:4px;opacity:.75">${escapeHtml(title)}</div>`
  return `${head}${rows.join('')}<div style="margin-top:2px;opacity:.6;text-align:right">${escapeHtml(unitTitle)}</div>`
}
