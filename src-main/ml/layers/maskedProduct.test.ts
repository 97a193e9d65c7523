import { beforeAll, describe, expect, it } from 'vitest'
import { differenceOf, normal } from '../tensor/gradientTestSupport'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { DegreeRule } from './maskedDense'
import { maskedWeight } from './maskedDense'
import { maskedProduct } from './maskedProduct'

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
    const plain = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a as tf.Tensor2D, maskedWeight(b, from, to, rule))
    expect(differenceOf((a, b) => maskedProduct(a!, b!, from, to, rule), (a, b) => plain(a!, b!), [x, weight])).toBeLessThan(1e-4)
    tf.dispose([x, weight])
  })
})
