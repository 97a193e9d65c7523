import { tf } from '../../src-main/ml/tensor/tf'
import type { MemoryRecord } from './report'
import { rounded } from './statistics'

const WARM_STEPS = 200
const EVERY = 100
const ALLOWED_GROWTH = 1.1

const residentMegabytes = (): number => rounded(process.memoryUsage.rss() / 1e6, 5)

/** Tensors and resident memory over many steps: after the allocators have warmed up, and the largest seen from then on. */
export async function residentOver(steps: number, step: () => Promise<unknown>): Promise<MemoryRecord> {
  for (let index = 0; index < WARM_STEPS; index++) await step()
  const tensorsBefore = tf.memory().numTensors
  const before = residentMegabytes()
  let largest = before
  for (let index = 0; index < steps; index++) {
    await step()
    if (index % EVERY < EVERY - 1) continue
    largest = Math.max(largest, residentMegabytes())
    // The event loop must turn, so that Ctrl-C gets through.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const tensorsAfter = tf.memory().numTensors
  return {
    steps,
    tensorsBefore,
    tensorsAfter,
    residentMegabytesBefore: before,
    residentMegabytesAfter: largest,
    flat: tensorsAfter === tensorsBefore && largest <= before * ALLOWED_GROWTH,
  }
}
