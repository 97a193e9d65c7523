import { describe, expect, test } from 'vitest'
import { cellColumns, fittingColumns } from './fitGrid'

const shape = { width: 28, height: 28, channels: 1 }

describe('columns of a gallery', () => {
  test.each([
    [16, 400, 400, 4],
    [16, 900, 240, 8],
    [4, 300, 300, 2],
    [1, 300, 300, 1],
    [64, 600, 600, 8],
    // Six in a row would be a quarter larger, and leave a gap.
    [16, 1004, 540, 4],
  ])('%i pictures in a box of %i × %i stand in %i columns', (count, width, height, columns) => {
    expect(fittingColumns(count, shape, width, height, 2)).toBe(columns)
  })

  test('nothing overflows while a pixel of it has one of the screen', () => {
    for (const [width, height] of [[500, 300], [300, 500], [1280, 700]] as const) {
      for (let count = 1; count <= 64; count++) {
        const columns = fittingColumns(count, shape, width, height, 2)
        const zoom = Math.floor((width + 2) / columns - 2) / 28
        expect(zoom, `${count} in ${width} × ${height}`).toBeGreaterThanOrEqual(1)
        expect(Math.ceil(count / columns) * 30 - 2).toBeLessThanOrEqual(height)
      }
    }
  })

  test('one to six runs', () => {
    expect([1, 2, 3, 4, 5, 6].map((count) => cellColumns(count, true))).toEqual([1, 2, 3, 2, 3, 3])
    expect([1, 2, 3, 6].map((count) => cellColumns(count, false))).toEqual([1, 2, 2, 2])
  })
})
