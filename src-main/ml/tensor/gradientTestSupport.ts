import { randomStream } from './random'
import { tf } from './tf'

/** Seeded normal numbers: the same name always gives the same. */
export const normal = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(randomStream(1, name).fillNormal(new Float32Array(shape.reduce((product, size) => product * size, 1))), shape)

export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor

/** Σ c·f for fixed random c. */
const weighted =
  (f: TensorFunction): TensorFunction =>
  (...inputs) =>
    tf.tidy(() => {
      const y = f(...inputs)
      return tf.sum(tf.mul(y, normal('weights', ...y.shape)))
    })

/** Largest difference between the values and all gradients of two functions; throws on a shape that differs or a tensor left behind. */
export function differenceOf(ours: TensorFunction, plain: TensorFunction, inputs: tf.Tensor[]): number {
  const before = tf.memory().numTensors
  const [mine, theirs] = [ours, plain].map((f) => [tf.tidy(() => f(...inputs)), ...tf.grads(weighted(f))(inputs)])
  const largest = tf.tidy(() =>
    Math.max(
      ...mine!.map((value, index) => {
        const other = theirs![index]!
        if (String(value.shape) !== String(other.shape)) throw new Error(`Shape [${value.shape.join()}] instead of [${other.shape.join()}]`)
        return tf.max(tf.abs(tf.sub(value, other))).dataSync()[0]!
      }),
    ),
  )
  tf.dispose([mine!, theirs!])
  const left = tf.memory().numTensors - before
  if (left !== 0) throw new Error(`${left} tensors were left behind`)
  return largest
}

/** Gradients against central differences along a random direction of each input: the error as a share of what float32 allows (≤ 1). */
export function directionalError(f: TensorFunction, inputs: tf.Tensor[], step = 1e-2): number {
  const gradients = tf.grads(weighted(f))(inputs)
  const errors = inputs.map((input, index) =>
    tf.tidy(() => {
      const direction = normal(`direction ${index}`, ...input.shape)
      const along = tf.sum(tf.mul(gradients[index]!, direction)).dataSync()[0]!
      const at = (size: number): number =>
        weighted(f)(...inputs.map((value, other) => (other === index ? tf.add(value, tf.mul(direction, size)) : value))).dataSync()[0]!
      const measured = (at(step) - at(-step)) / (2 * step)
      return Math.abs(measured - along) / (0.01 * Math.max(Math.abs(measured), Math.abs(along)) + 0.01)
    }),
  )
  tf.dispose(gradients)
  return Math.max(...errors)
}
