import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { tf as Tf } from '../tf.js'

/** Adds up the rows of each segment: [N, ...] -> [numSegments, ...]. It is the gradient of an embedding's look-up. */
export const unsortedSegmentSum: Tf.KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'wasm',
  kernelFunc: (call) => {
    const backend = call.backend as BackendWasm
    const { x, segmentIds } = call.inputs as { x: Tf.TensorInfo; segmentIds: Tf.TensorInfo }
    const { numSegments } = call.attrs as unknown as { numSegments: number }
    const rest = x.shape.slice(segmentIds.shape.length)
    const width = rest.reduce((product, size) => product * size, 1)
    const output = backend.makeOutput([numSegments, ...rest], x.dtype)
    // The views come after the allocation: growing the memory detaches the ones taken before.
    const sums = backend.typedArrayFromHeap(output)
    const values = backend.typedArrayFromHeap(x)
    const ids = backend.typedArrayFromHeap(segmentIds)
    sums.fill(0)
    for (let row = 0; row < ids.length; row += 1) {
      const segment = ids[row] ?? -1
      if (segment < 0 || segment >= numSegments) continue
      for (let i = 0; i < width; i += 1) {
        const at = segment * width + i
        sums[at] = (sums[at] ?? 0) + (values[row * width + i] ?? 0)
      }
    }
    return output
  },
}
