import { describe, expect, it } from 'vitest'
import { crispZoom, layoutGrid, paintTile, tileAt, tileShape } from './raster'

it('takes a whole number of screen pixels per pixel where one fits', () => {
  expect([crispZoom(3.9), crispZoom(1), crispZoom(0.4), crispZoom(0.01, 0.05)]).toEqual([3, 1, 0.4, 0.05])
})

describe('tileShape and paintTile', () => {
  it('paints grey levels over the full range', () => {
    const shape = tileShape({ kind: 'image', shape: [1, 3, 1] })
    expect([...paintTile(Uint8Array.of(0, 1, 3), shape, 3)]).toEqual([0, 0, 0, 255, 85, 85, 85, 255, 255, 255, 255, 255])
  })

  it('keeps RGB apart', () => {
    const shape = tileShape({ kind: 'image', shape: [1, 1, 3] })
    expect([...paintTile(Uint8Array.of(10, 20, 30), shape, 255)]).toEqual([10, 20, 30, 255])
  })

  it('lays a table out in reading order and leaves the rest transparent', () => {
    const shape = tileShape({ kind: 'table', shape: [5] })
    expect(shape).toEqual({ width: 3, height: 2, channels: 1 })
    const pixels = paintTile(Uint8Array.of(1, 1, 1, 1, 1), shape, 1)
    expect(pixels[4 * 4 + 3]).toBe(255)
    expect(pixels[5 * 4 + 3]).toBe(0)
  })
})

describe('layoutGrid', () => {
  const shape = { width: 28, height: 28, channels: 1 }

  it('uses whole pixels and stays inside', () => {
    for (const available of [200, 333, 640, 1111]) {
      const layout = layoutGrid(64, shape, available, { preferredColumns: 8 })
      if (layout.zoom >= 1) expect(Number.isInteger(layout.zoom)).toBe(true)
      expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(64)
      expect(layout.width).toBeLessThanOrEqual(available)
    }
  })

  it('shrinks pictures that are wider than their place', () => {
    const layout = layoutGrid(4, { width: 512, height: 256, channels: 3 }, 600, { preferredColumns: 4 })
    expect(layout.columns).toBe(4)
    expect(layout.width).toBeLessThanOrEqual(600)
    expect(layout.tileWidth).toBeCloseTo(2 * layout.tileHeight, -1)
  })

  it('fills the width at a chosen zoom', () => {
    const layout = layoutGrid(100, shape, 600, { zoom: 2, gap: 2 })
    expect(layout.columns).toBe(Math.floor(602 / 58))
    expect(layout.rows).toBe(10)
  })

  it('finds the tile under the pointer, and nothing in a gap', () => {
    const layout = layoutGrid(10, shape, 600, { zoom: 2, gap: 2 })
    expect(tileAt(layout, 10, 0, 0)).toBe(0)
    expect(tileAt(layout, 10, 57, 5)).toBeNull()
    expect(tileAt(layout, 10, 58, 5)).toBe(1)
    expect(tileAt(layout, 3, 58 * 3, 5)).toBeNull()
  })

  it('keeps to the columns it is given, and shrinks to the room it has', () => {
    expect(layoutGrid(100, shape, 1200, { columns: 10 })).toMatchObject({ columns: 10, rows: 10, zoom: 4 })
    expect(layoutGrid(100, shape, 1200, { columns: 10, room: 700 })).toMatchObject({ columns: 10, rows: 10, zoom: 2 })
    expect(layoutGrid(100, shape, 1200, { columns: 10, zoom: 3 })).toMatchObject({ columns: 10, zoom: 3 })
    expect(layoutGrid(60, shape, 200, { columns: 10 }).width).toBeLessThanOrEqual(200)
  })

  it('fills a high window with larger tiles, without growing out of it', () => {
    const room = 840
    const low = layoutGrid(64, shape, 1440, { preferredColumns: 16 })
    const high = layoutGrid(64, shape, 1440, { preferredColumns: 12, room })
    expect(high.zoom).toBeGreaterThan(low.zoom)
    expect(high.height).toBeLessThanOrEqual(room)
  })
})
