/**
 * Maps a stream with at most `limit` calls at work, results in the order of the input. What has been started is awaited when the
 * consumer stops early, so nothing goes on behind its back.
 */
export async function* mapInOrder<Input, Output>(inputs: AsyncIterable<Input>, limit: number, map: (input: Input) => Promise<Output>): AsyncGenerator<Output> {
  const running: Promise<Output>[] = []
  try {
    for await (const input of inputs) {
      const result = map(input)
      // Its failure is thrown when its turn comes.
      result.catch(() => undefined)
      running.push(result)
      if (running.length >= limit) yield await running.shift()!
    }
    while (running.length > 0) yield await running.shift()!
  } finally {
    await Promise.allSettled(running)
  }
}
