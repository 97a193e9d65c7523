import { describe, expect, it } from 'vitest'
import { edgeScroll, slotAt } from './chainSlots'

const blocks = [0, 60, 120].map((top) => ({ top, bottom: top + 50 }))

describe('where a held block would fall', () => {
  it('is before the first block whose middle is below', () => {
    expect([-10, 24, 26, 84, 86, 144, 146, 999].map((y) => slotAt(blocks, y))).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect(slotAt([], 5)).toBe(0)
  })

  it('scrolls only near the edges, faster the nearer', () => {
    const list = { top: 100, bottom: 500 }
    expect(edgeScroll(list, 300)).toBe(0)
    expect(edgeScroll(list, 140)).toBeLessThan(0)
    expect(edgeScroll(list, 105)).toBeLessThan(edgeScroll(list, 140))
    expect(edgeScroll(list, 0)).toBe(-14)
    expect(edgeScroll(list, 495)).toBeGreaterThan(edgeScroll(list, 460))
    expect(edgeScroll(list, 900)).toBe(14)
  })
})
