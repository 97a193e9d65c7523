import type { Output } from './output'

interface Progress {
  done: number
  total: number
}

/** Shows how far a streamed job is, counted in `unit`, and answers its result; null when it ends without one, as after a cancel. */
export async function streamedResult<Item extends Progress, Result>(
  stream: AsyncIterable<Item>,
  output: Output,
  unit: 'steps' | 'examples',
  resultOf: (item: Item) => Result | null,
): Promise<Result | null> {
  let result: Result | null = null
  for await (const item of stream) {
    result = resultOf(item)
    if (result === null) output.progress(item.total > 0 ? item.done / item.total : null, `${item.done} of ${item.total} ${unit}`)
  }
  return result
}
