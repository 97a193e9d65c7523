export interface Box {
  left: number
  top: number
  width: number
  height: number
}

const GAP = 12
const EDGE = 8

/** Where a card stands beside what it is about: below it, above it, at its right or at its left, wherever it fits whole; never over it if it can be helped. */
export function tourPlace(anchor: Box, card: { width: number; height: number }, window: { width: number; height: number }): { left: number; top: number } {
  const right = anchor.left + anchor.width
  const bottom = anchor.top + anchor.height
  const within = (value: number, most: number): number => Math.max(EDGE, Math.min(value, most - EDGE))
  const left = within(anchor.left, window.width - card.width)
  const top = within(anchor.top, window.height - card.height)
  if (bottom + GAP + card.height + EDGE <= window.height) return { left, top: bottom + GAP }
  if (anchor.top - GAP - card.height >= EDGE) return { left, top: anchor.top - GAP - card.height }
  if (right + GAP + card.width + EDGE <= window.width) return { left: right + GAP, top }
  if (anchor.left - GAP - card.width >= EDGE) return { left: anchor.left - GAP - card.width, top }
  // What fills the window is covered at its lower right corner.
  return { left: window.width - card.width - 2 * GAP, top: window.height - card.height - 5 * GAP }
}
