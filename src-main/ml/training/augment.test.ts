import { expect, test } from 'vitest'
import type { Domain } from '../../contract/domain'
import { randomStream } from '../tensor/random'
import { augment } from './augment'

const domain: Domain = { kind: 'image', shape: [3, 4, 2], levels: 256, variableLength: false, encoding: 'linear' }
const image = Float32Array.from({ length: 24 }, (_value, index) => index)
const all = (count: number, mirror: number, shift: number): Float32Array[] => {
  const levels = new Float32Array(24 * count)
  for (let index = 0; index < count; index++) levels.set(image, 24 * index)
  augment(levels, domain, { mirror, shift }, randomStream(1, 'test'))
  return Array.from({ length: count }, (_value, index) => levels.slice(24 * index, 24 * (index + 1)))
}

test('an image is mirrored whole, colours together, as often as asked', () => {
  const mirrored = Float32Array.from({ length: 24 }, (_value, index) => {
    const [row, column, channel] = [Math.floor(index / 8), Math.floor(index / 2) % 4, index % 2]
    return row * 8 + (3 - column) * 2 + channel
  })
  expect(all(1, 1, 0)[0]).toEqual(mirrored)
  const images = all(400, 0.5, 0)
  for (const one of images) expect([image, mirrored]).toContainEqual(one)
  expect(Math.abs(images.filter((one) => one[0] === 0).length - 200)).toBeLessThan(50)
})

test('an image is moved by every number of pixels within the limit, and repeats its edge', () => {
  const seen = new Set<string>()
  for (const one of all(400, 0, 1)) {
    // The pixel in the middle says where the image lies.
    const [row, column] = [Math.floor(one[10]! / 8), Math.floor(one[10]! / 2) % 4]
    const [down, right] = [1 - row, 1 - column]
    seen.add(`${down} ${right}`)
    one.forEach((value, index) => {
      const from = [Math.max(0, Math.min(2, Math.floor(index / 8) - down)), Math.max(0, Math.min(3, (Math.floor(index / 2) % 4) - right))]
      expect(value).toBe(from[0]! * 8 + from[1]! * 2 + (index % 2))
    })
  }
  expect(seen.size).toBe(9)
})
