import { expect, test } from 'vitest'
import { tourPlace } from './tourPlace'

const window = { width: 1280, height: 800 }
const card = { width: 320, height: 200 }
const overlaps = (place: { left: number; top: number }, anchor: { left: number; top: number; width: number; height: number }): boolean =>
  place.left < anchor.left + anchor.width && place.left + card.width > anchor.left && place.top < anchor.top + anchor.height && place.top + card.height > anchor.top

test('a card stands beside its anchor, whole, and does not cover it', () => {
  const anchors = [
    { left: 20, top: 60, width: 150, height: 32 },
    { left: 1180, top: 16, width: 90, height: 32 },
    { left: 600, top: 760, width: 90, height: 32 },
    { left: 0, top: 20, width: 200, height: 760 },
    { left: 1000, top: 20, width: 280, height: 760 },
  ]
  for (const anchor of anchors) {
    const place = tourPlace(anchor, card, window)
    expect(overlaps(place, anchor), JSON.stringify(anchor)).toBe(false)
    expect(place.left).toBeGreaterThanOrEqual(0)
    expect(place.top).toBeGreaterThanOrEqual(0)
    expect(place.left + card.width).toBeLessThanOrEqual(window.width)
    expect(place.top + card.height).toBeLessThanOrEqual(window.height)
  }
})

test('beside what fills the window it stays in sight', () => {
  const place = tourPlace({ left: 0, top: 0, width: 1280, height: 800 }, card, window)
  expect(place.left + card.width).toBeLessThanOrEqual(window.width)
  expect(place.top + card.height).toBeLessThanOrEqual(window.height)
})
