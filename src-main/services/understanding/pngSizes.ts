import type { Domain, SplitName } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { pngBits } from '../../data/encodePng'
import { openSplit } from '../../data/openStore'

const TOGETHER = 64

/** Size of each of some examples as a PNG, in bits; null where they are no images. Other work gets its turn in between. */
export async function pngSizes(folder: string, domain: Domain, split: SplitName, indices: readonly number[], signal?: AbortSignal): Promise<number[] | null> {
  if (domain.kind !== 'image') return null
  const reader = await openSplit(folder, split)
  const size = dimensionsOf(domain)
  const bits: number[] = []
  try {
    for (let first = 0; first < indices.length; first += TOGETHER) {
      const asked = indices.slice(first, first + TOGETHER)
      const levels = await reader.read(asked, 0)
      for (let row = 0; row < asked.length; row++) bits.push(pngBits(levels.subarray(row * size, (row + 1) * size), domain))
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    }
    return bits
  } finally {
    await reader.close()
  }
}
