import type { tf as Tf } from '../tf.js';
import { tf } from '../tf.js';
import { composedKernel } from './composedKernel.js';

/**
 * The gradient of enlarging a picture by a whole factor, each pixel repeated: the sum over the repetitions. The package's
 * own kernel is right for a batch of one only.
 */
export const resizeNearestNeighborGrad = composedKernel(
  'ResizeNearestNeighborGrad',
  ({ images, dy }: { images: Tf.Tensor4D; dy: Tf.Tensor4D }, { alignCorners }: { alignCorners: boolean }) => {
    const [batch, height, width, channels] = images.shape;
    const down = dy.shape[1] / height;
    const across = dy.shape[2] / width;
    if (alignCorners || !Number.isInteger(down) || !Number.isInteger(across)) {
      throw new Error('On WebAssembly pictures can be enlarged by whole factors only while training');
    }
    const rows = tf.sum(tf.reshape(dy, [batch * height, down, width * across * channels]), 1); // [B*H, W*t*C]
    const pixels = tf.sum(tf.reshape(rows, [batch * height * width, across, channels]), 1); // [B*H*W, C]
    return tf.reshape(pixels, images.shape);
  },
);
