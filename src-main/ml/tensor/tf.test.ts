import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { tf } from './tf.js'

it('is the instance that a CommonJS require of tfjs answers', () => {
  expect(tf).toBe(createRequire(import.meta.url)('@tensorflow/tfjs'))
})

it('carries its types under the same name', () => {
  const ones: tf.Tensor2D = tf.ones([2, 3])
  expect(ones.shape).toEqual([2, 3])
  ones.dispose()
})
