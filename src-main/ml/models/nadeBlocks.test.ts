import { beforeAll, expect, it } from 'vitest'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { nadeProjections } from './nadeBlocks'

beforeAll(() => startEngine())

/** The equations, one dimension at a time. */
function byDefinition(x: tf.Tensor, W: tf.Tensor, V: tf.Tensor, c: tf.Tensor): tf.Tensor {
  const [batch, dimensions] = x.shape as [number, number]
  let activation: tf.Tensor = tf.mul(tf.ones([batch, 1]), c)
  const columns: tf.Tensor[] = []
  for (let i = 0; i < dimensions; i++) {
    columns.push(tf.sum(tf.mul(tf.sigmoid(activation), tf.slice(V, [i, 0], [1, -1])), 1, true))
    activation = tf.add(activation, tf.matMul(tf.slice(x as tf.Tensor2D, [0, i], [batch, 1]), tf.slice(W as tf.Tensor2D, [i, 0], [1, -1])))
  }
  return tf.concat(columns, 1)
}

it.each([1, 3, 4, 11, 28])('agrees with the definition and its gradients in blocks of %i', (blockSize) => {
  tf.tidy(() => {
    const random = (seed: number, ...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 0.7, 'float32', seed)
    const inputs = [random(1, 5, 11), random(2, 11, 6), random(3, 11, 6), random(4, 6)] as const
    const upstream = random(5, 5, 11)
    const close = (a: tf.Tensor, b: tf.Tensor): void => expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!).toBeLessThan(2e-5)
    close(nadeProjections(...inputs, blockSize), byDefinition(...inputs))
    const fast = tf.grads((x, W, V, c) => tf.sum(tf.mul(nadeProjections(x!, W!, V!, c!, blockSize), upstream)))([...inputs])
    const slow = tf.grads((x, W, V, c) => tf.sum(tf.mul(byDefinition(x!, W!, V!, c!), upstream)))([...inputs])
    fast.forEach((gradient, index) => close(gradient, slow[index]!))
  })
})

it('keeps nothing after a gradient, whichever inputs it is taken of', () => {
  const tensors = [tf.ones([2, 9]), tf.ones([9, 4]), tf.ones([9, 4]), tf.ones([4])] as const
  const before = tf.memory().numTensors
  tf.tidy(() => {
    tf.grad((W) => tf.sum(nadeProjections(tensors[0], W, tensors[2], tensors[3], 4)))(tensors[1])
    tf.grad((x) => tf.sum(nadeProjections(x, tensors[1], tensors[2], tensors[3], 4)))(tensors[0])
    nadeProjections(...tensors, 4)
  })
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose([...tensors])
})
