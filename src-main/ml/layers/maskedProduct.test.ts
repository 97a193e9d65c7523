import { beforeAll, describe, expect, it, test } from 'vitest'
import { differenceOf, normal } from '../tensor/gradientTestSupport'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { DegreeRule } from './maskedDense'
import { maskedParts, maskedProduct } from './maskedProduct'

beforeAll(async () => {
  await startEngine()
})

const ascending = (count: number, highest: number, lowest = 1): Int32Array =>
  Int32Array.from({ length: count }, (_, unit) => lowest + Math.floor((unit * (highest - lowest + 1)) / count))
const shuffled = (degrees: Int32Array): Int32Array => degrees.map((_, index) => degrees[(index * 7) % degrees.length]!)

describe('a masked product taken along the stairs of its mask', () => {
  const cases: [string, Int32Array, Int32Array, DegreeRule][] = [
    ['inputs to fewer units', ascending(300, 300), ascending(240, 299), 'at most'],
    ['units to outputs, the first of which sees nothing', ascending(250, 299), ascending(300, 300), 'below'],
    ['several outputs of each degree', ascending(200, 90), ascending(360, 90), 'below'],
    ['few degrees', ascending(270, 3), ascending(270, 3), 'at most'],
    ['columns that see no row at all', ascending(260, 300, 200), ascending(260, 300), 'at most'],
    ['degrees in no order', shuffled(ascending(270, 270)), ascending(270, 270), 'below'],
  ]
  it.each(cases)('%s: the plain masked product, with both gradients', (_title, from, to, rule) => {
    const [x, weight] = [normal('x', 5, from.length), normal('weight', from.length, to.length)]
    const inParts = (matrix: tf.Tensor): tf.Tensor | tf.Tensor[] =>
      maskedParts(from, to, rule)?.map(({ rows, start, end }) => tf.slice(matrix, [0, start], [rows, end - start])) ?? matrix
    const plain = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => maskedProduct(a, b, from, to, rule)
    expect(differenceOf((a, b) => maskedProduct(a!, inParts(b!), from, to, rule), (a, b) => plain(a!, b!), [x, weight])).toBeLessThan(1e-4)
    tf.dispose([x, weight])
  })
})

test('the parts hold every weight that the mask keeps, and are there only where they pay', () => {
  const degrees = ascending(300, 299)
  const parts = maskedParts(degrees, degrees, 'at most')!
  expect(parts.at(-1)!.end).toBe(300)
  parts.forEach(({ start }, index) => expect(start).toBe(index === 0 ? 0 : parts[index - 1]!.end))
  for (const { rows, start, end } of parts)
    for (let column = start; column < end; column++) expect(degrees.filter((degree) => degree <= degrees[column]!).length).toBeLessThanOrEqual(rows)
  expect(maskedParts(shuffled(degrees), degrees, 'at most')).toBeNull()
  expect(maskedParts(ascending(30, 29), ascending(30, 29), 'at most')).toBeNull()
})
