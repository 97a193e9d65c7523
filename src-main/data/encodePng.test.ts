import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { encodePng, pngBits } from './encodePng'

const noise = (length: number, levels: number): Uint8Array => {
  let state = 12345
  return Uint8Array.from({ length }, () => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % levels)
}

describe.each([
  { levels: 2, channels: 1, depth: 1 },
  { levels: 3, channels: 1, depth: 2 },
  { levels: 16, channels: 1, depth: 4 },
  { levels: 32, channels: 1, depth: 8 },
  { levels: 256, channels: 1, depth: 8 },
  { levels: 8, channels: 3, depth: 8 },
  { levels: 256, channels: 3, depth: 8 },
])('$levels levels, $channels channels', ({ levels, channels, depth }) => {
  const shape = [9, 13, channels]
  const smooth = Uint8Array.from({ length: 9 * 13 * channels }, (_value, at) => Math.floor(((levels - 1) * Math.floor(at / channels)) / (9 * 13)))

  test.each([['noise', noise(9 * 13 * channels, levels)], ['a ramp', smooth]])('decodes to the same picture: %s', async (_name, values) => {
    const file = encodePng(values, { shape, levels })
    expect(file[24]).toBe(depth)
    const { data, info } = await sharp(file).toColourspace(channels === 3 ? 'srgb' : 'b-w').raw().toBuffer({ resolveWithObject: true })
    expect([info.height, info.width, info.channels]).toEqual(shape)
    const highest = depth === 8 ? levels - 1 : 2 ** depth - 1
    expect([...data]).toEqual(Array.from(values, (level) => Math.round((level * 255) / highest)))
  })

  test('what is the same everywhere is smaller', () => {
    expect(pngBits(new Uint8Array(9 * 13 * channels), { shape, levels })).toBeLessThan(pngBits(noise(9 * 13 * channels, levels), { shape, levels }))
  })
})

test('what is no image has no PNG', () => {
  expect(() => encodePng([0, 1], { shape: [2], levels: 2 })).toThrow('Examples of shape [2] are no grey or RGB images.')
})
