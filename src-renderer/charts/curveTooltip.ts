import { formatLikelihood } from './format'
import type { LikelihoodUnit } from './format'
import { indexAt } from './track'
import type { Track } from './track'

export interface TooltipCurve {
  name: string
  color: string
  shown: Track
}

/** Names come from users, so they are escaped before they become HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Every curve's value at x, though validations are rarer than training points. */
export function curveTooltip(title: string, x: number, curves: readonly TooltipCurve[], unit: LikelihoodUnit, unitTitle: string): string {
  const rows = curves.flatMap((curve) => {
    const index = indexAt(curve.shown, x)
    if (index < 0) return []
    const swatch = `<span style="width:10px;height:3px;border-radius:2px;background:${escapeHtml(curve.color)}"></span>`
    const value = `<b style="font-variant-numeric:tabular-nums">${formatLikelihood(curve.shown.y[index]!, unit)}</b>`
    return [
      `<div style="display:flex;gap:10px;align-items:center">${swatch}<span style="flex:1">${escapeHtml(curve.name)}</span>${value}</div>`,
    ]
  })
  const head = `<div style="margin-bottom:4px;opacity:.75">${escapeHtml(title)}</div>`
  return `${head}${rows.join('')}<div style="margin-top:2px;opacity:.6;text-align:right">${escapeHtml(unitTitle)}</div>`
}
