import { describe, expect, it } from 'vitest'
import { bmpFile } from '../testing/files'
import { decodeBmp } from './bmp'

const rgb = (bytes: Buffer) => {
  const { data, channels } = decodeBmp(bytes)
  return { channels, data: [...data] }
}

describe('BMP', () => {
  const red = [255, 0, 0]
  const green = [0, 255, 0]
  const blue = [0, 0, 255]
  const grey = [7, 7, 7]
  const picture = { channels: 3, data: [red, green, blue, grey, red, green].flat() }

  it('reads 24 bits, bottom row first or last', () => {
    const rows = [[0, 0, 255, 0, 255, 0, 255, 0, 0], [7, 7, 7, 0, 0, 255, 0, 255, 0]]
    expect(rgb(bmpFile(3, 2, 24, rows))).toEqual(picture)
    expect(rgb(bmpFile(3, 2, 24, rows, { topDown: true }))).toEqual(picture)
  })

  it('reads palettes of 1, 4 and 8 bits', () => {
    const palette = [red, green, blue, grey]
    expect(rgb(bmpFile(3, 2, 8, [[0, 1, 2], [3, 0, 1]], { palette }))).toEqual(picture)
    expect(rgb(bmpFile(3, 2, 4, [[0x01, 0x20], [0x30, 0x10]], { palette }))).toEqual(picture)
    expect(rgb(bmpFile(9, 1, 1, [[0b10100000, 0b10000000]], { palette: [[0, 0, 0], [255, 255, 255]] }))).toEqual({ channels: 1, data: [255, 0, 255, 0, 0, 0, 0, 0, 255] })
  })

  it('reads 16 and 32 bits, with masks', () => {
    expect(rgb(bmpFile(2, 1, 16, [[0x00, 0x7c, 0xe0, 0x03]])).data).toEqual([255, 0, 0, 0, 255, 0])
    expect(rgb(bmpFile(2, 1, 16, [[0x00, 0xf8, 0xe0, 0x07]], { masks: [0xf800, 0x07e0, 0x001f] })).data).toEqual([255, 0, 0, 0, 255, 0])
    expect(rgb(bmpFile(1, 1, 32, [[10, 20, 30, 99]])).data).toEqual([30, 20, 10])
    expect(rgb(bmpFile(1, 1, 32, [[10, 20, 30, 99]], { masks: [0xff000000, 0x00ff0000, 0x0000ff00] })).data).toEqual([99, 30, 20])
  })

  it('reads 8-bit runs', () => {
    const palette = [red, green, blue, grey]
    // Bottom row: 3 0 1 literally; top row: one 0, one 1, one 2; end.
    const data = [0, 3, 3, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 2, 0, 1]
    expect(rgb(bmpFile(3, 2, 8, [], { palette, compression: 1, data }))).toEqual(picture)
  })

  it('refuses impossible and cut-off files', () => {
    const whole = bmpFile(3, 2, 24, [[0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]])
    expect(() => decodeBmp(whole.subarray(0, 60))).toThrow(/end early/)
    expect(() => decodeBmp(whole.subarray(0, 20))).toThrow(/cut off/)
    const wide = Buffer.from(whole)
    wide.writeInt32LE(0x7fffffff, 18)
    expect(() => decodeBmp(wide)).toThrow(/megapixels/)
    const odd = Buffer.from(whole)
    odd.writeUInt16LE(13, 28)
    expect(() => decodeBmp(odd)).toThrow(/13 bits/)
  })
})
