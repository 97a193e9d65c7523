/** Where things stand from top to bottom, in pixels. */
export interface Extent {
  top: number
  bottom: number
}

/** The place between blocks (0 … n) that is nearest to the height `y`: before the first block whose middle lies below it. */
export function slotAt(blocks: readonly Extent[], y: number): number {
  const below = blocks.findIndex(({ top, bottom }) => y < (top + bottom) / 2)
  return below < 0 ? blocks.length : below
}

/** Pixels to scroll in a frame while something is held near an edge of the list: the nearer, the faster. */
export function edgeScroll({ top, bottom }: Extent, y: number, { margin = 48, fastest = 14 } = {}): number {
  const near = (distance: number): number => Math.ceil(fastest * Math.min(1, Math.max(0, 1 - distance / margin)))
  if (y < top + margin) return -near(y - top)
  if (y > bottom - margin) return near(bottom - y)
  return 0
}
