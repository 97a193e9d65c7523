import { anyGroup, flagAlso, seenAbove, seenLeft } from './planes'
import type { Grid, PositionSet } from './stream'

/**
 * Masks of causal convolutions on images. A masked kernel of size k (odd) has rows −⌊k/2⌋…0 only: the rows below the centre would be
 * masked whole, so they are left out. Before the centre everything is seen; at the centre a channel group sees strictly earlier
 * groups (mask A) or also its own (mask B); after the centre nothing.
 */
export type MaskKind = 'A' | 'B'

export const rowsOfMaskedKernel = (kernel: number): number => Math.floor(kernel / 2) + 1

/** Whether input group `from` reaches output group `to` at the centre. A constant input (group −1) always does. */
export const reachesAtCentre = (mask: MaskKind, from: number, to: number): boolean => (mask === 'A' ? from < to : from <= to)

/** Kept entries of a kernel [rows, kernel, in, out] for the given channel groups. */
export function keptByMaskedKernel(mask: MaskKind, kernel: number, from: Int32Array, to: Int32Array): number {
  const before = Math.floor(kernel / 2) * kernel + Math.floor(kernel / 2)
  return before * from.length * to.length + keptAtCentre(mask, from, to)
}

/** Pairs of channels that are joined at the centre, counted by groups: there are thousands of channels, but three groups. */
export function keptAtCentre(mask: MaskKind, from: Int32Array, to: Int32Array): number {
  const [sources, targets] = [countsOf(from), countsOf(to)]
  let kept = 0
  for (const [target, some] of targets) for (const [source, many] of sources) if (reachesAtCentre(mask, source, target)) kept += some * many
  return kept
}

function countsOf(groups: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1)
  return counts
}

/** The dependency rule of a masked convolution: positions of its input needed for the positions `needed` of its output. */
export function traceMaskedConvolution(mask: MaskKind, kernel: number, needed: PositionSet, grid: Grid): PositionSet {
  const half = Math.floor(kernel / 2)
  const result = new Uint8Array(needed.length)
  if (half > 0) {
    // What lies before the centre is seen whole, by every group alike.
    const any = anyGroup(needed, grid)
    const before = seenAbove(any, half, half, 1, grid)
    flagAlso(before, 0, seenLeft(any, half, grid), 0, before.length)
    for (let group = 0; group < grid.groups; group++) result.set(before, group * before.length)
  }
  flagCentre(mask, needed, result, grid)
  return result
}

/** What a mask lets the groups see of the pixel itself. */
export function flagCentre(mask: MaskKind, needed: PositionSet, result: PositionSet, { groups, height, width }: Grid): void {
  const plane = height * width
  for (let to = 0; to < groups; to++)
    for (let from = 0; from < groups; from++) if (reachesAtCentre(mask, from, to)) flagAlso(result, from * plane, needed, to * plane, plane)
}
