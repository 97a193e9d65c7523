import { expect, test } from 'vitest'
import { MESSAGE_MILLISECONDS, changes, coalesced, createEventHub, sleep } from './eventHub'

test('a watcher gets the state at once, then changed keys, at most 20 times a second', async () => {
  const hub = createEventHub()
  const times: number[] = []
  const seen: (string[] | null)[] = []
  const watching = (async () => {
    for await (const keys of changes({ hub, topics: ['runs'], signal: undefined })) {
      times.push(performance.now())
      seen.push(keys && [...keys].sort())
    }
  })()
  for (let index = 0; index < 300; index++) {
    hub.emit('runs', `run-${index % 3}`)
    hub.emit('jobs', 'not-watched')
    await sleep(1)
  }
  hub.emit('runs', 'last')
  await hub.close()
  await watching
  expect(seen[0]).toBeNull()
  expect(seen[1]).toEqual(['run-0', 'run-1', 'run-2'])
  expect(seen.at(-1)).toContain('last')
  const gaps = times.slice(2, -1).map((time, index) => time - (times[index + 1] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MESSAGE_MILLISECONDS - 5)
})

test('a watcher ends when its client goes away, also while nothing happens', async () => {
  const hub = createEventHub()
  const abort = new AbortController()
  const watching = (async () => {
    let count = 0
    for await (const _ of changes({ hub, topics: ['jobs'], signal: abort.signal })) count++
    return count
  })()
  await sleep(80)
  abort.abort()
  expect(await watching).toBe(1)
  // Nothing is left to wait for.
  const before = performance.now()
  await hub.close()
  expect(performance.now() - before).toBeLessThan(100)
})

test('progress is thinned out, but the final item always passes', async () => {
  async function* source(): AsyncGenerator<number, void> {
    for (let value = 0; value < 200; value++) {
      if (value % 20 === 0) await sleep(10)
      yield value
    }
  }
  const passed: number[] = []
  for await (const value of coalesced(source(), (item) => item === 199)) passed.push(value)
  expect(passed.length).toBeLessThan(10)
  expect(passed[0]).toBe(0)
  expect(passed.at(-1)).toBe(199)
})
