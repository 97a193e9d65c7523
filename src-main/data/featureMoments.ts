import type { SplitFile } from './splitFile'

/** Mean and standard deviation of each of `size` features over all frames of a split; 1 where nothing varies. */
export async function featureMoments(split: SplitFile, size: number, signal?: AbortSignal): Promise<{ mean: number[]; deviation: number[] }> {
  const mean = new Float64Array(size)
  const squares = new Float64Array(size)
  let count = 0
  for await (const { bytes } of split.examples()) {
    signal?.throwIfAborted()
    const values = floatsOf(bytes)
    for (let frame = 0; frame < values.length; frame += size) {
      count += 1
      // Welford's update: no digits are lost where the mean is large beside the deviation.
      for (let at = 0; at < size; at++) {
        const away = values[frame + at]! - mean[at]!
        mean[at] = mean[at]! + away / count
        squares[at] = squares[at]! + away * (values[frame + at]! - mean[at]!)
      }
    }
  }
  const deviation = Array.from(squares, (sum) => Math.sqrt(sum / Math.max(1, count)))
  return { mean: [...mean], deviation: deviation.map((value) => (value > 1e-6 ? value : 1)) }
}

/** Little-endian float32 bytes at any place. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}
