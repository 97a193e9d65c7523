import { attributes, nativeBackend } from './native'
import { randomStream } from './random'
import { tf } from './tf'

/** Random tensors of one step: the n-th call always draws the same numbers (the same shape as ml/models' Noise). */
export interface NoiseSource {
  /** Uniform in [0, 1), float32. */
  uniform(shape: number[]): tf.Tensor
}

/** The two words that the noise of (seed, stream, indices…) is drawn from: an int32 pair, fed to a program at each step. */
export function noiseSeed(seed: number, stream: string, ...indices: number[]): Int32Array {
  const words = randomStream(seed, stream, ...indices)
  return Int32Array.of(words.integer(2 ** 32), words.integer(2 ** 32))
}

/**
 * Noise from a seed pair: an int32 tensor [2], so that a traced step draws anew each time the pair is fed. The n-th call uses the pair
 * (first, second + n). On the native TensorFlow by its StatelessRandomUniform (Philox), eager and compiled alike. On WebAssembly, which
 * lacks that op, by Threefry of random.ts: as reproducible, but other numbers, so a run that draws noise differs between the two engines.
 */
export function noiseFrom(pair: tf.Tensor): NoiseSource {
  let calls = 0
  const native = nativeBackend()
  if (!native) {
    const [first, second] = pair.dataSync<'int32'>() as Int32Array
    return {
      uniform(shape) {
        const size = shape.reduce((product, length) => product * length, 1)
        return tf.tensor(randomStream(0, 'noise', first! >>> 0, second! >>> 0, calls++).fillUniform(new Float32Array(size)), shape)
      },
    }
  }
  const { float32, int32 } = attributes(native)
  return {
    uniform: (shape) =>
      tf.tidy(() => {
        const key = tf.add(pair, tf.tensor1d([0, calls++], 'int32'))
        return native.executeSingleOutput(
          'StatelessRandomUniform',
          [float32('dtype'), int32('T'), int32('Tseed')],
          [tf.tensor1d(shape, 'int32'), key],
        )
      }),
  }
}

/** Noise of (seed, stream, indices…) for one step that runs op by op. */
export function createNoise(seed: number, stream: string, ...indices: number[]): NoiseSource {
  return noiseFrom(tf.tensor1d(noiseSeed(seed, stream, ...indices), 'int32'))
}
