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
  const { groups, height, width } = grid
  const half = Math.floor(kernel / 2)
  const result = new Uint8Array(needed.length)
  const plane = height * width
  for (let to = 0; to < groups; to++) {
    for (let row = 0; row < height; row++) {
      const start = to * plane + row * width
      // Rows above: the whole width of the kernel. The centre's row: the columns to the left. Marked by running intervals.
      let clearFrom = 0
      let clearFromLeft = 0
      for (let column = 0; column < width; column++) {
        if (!needed[start + column]) continue
        const right = Math.min(width - 1, column + half)
        for (let seen = Math.max(clearFrom, column - half); seen <= right; seen++) {
          for (let above = Math.max(0, row - half); above < row; above++) {
            for (let from = 0; from < groups; from++) result[from * plane + above * width + seen] = 1
          }
        }
        clearFrom = right + 1
        for (let seen = Math.max(clearFromLeft, column - half); seen < column; seen++) {
          for (let from = 0; from < groups; from++) result[from * plane + row * width + seen] = 1
        }
        clearFromLeft = column
        for (let from = 0; from < groups; from++) if (reachesAtCentre(mask, from, to)) result[from * plane + row * width + column] = 1
      }
    }
  }
  return result
}
