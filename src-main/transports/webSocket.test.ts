import { createORPCClient } from '@orpc/client'
import type { ClientRetryPluginContext } from '@orpc/client/plugins'
import type { RouterClient } from '@orpc/server'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createPort } from './port'
import type { RunningServer } from './server'
import { startServer } from './server'
import { createSocketLink, forwardPort, rpcUrl } from './socketClient'
import { cuttableWire, endedStreams, flooded, testStudio } from './testStudio'
import type { endlessRouter } from './testStudio'
import { WRONG_TOKEN } from './webSocket'

const closers: Array<() => void | Promise<void>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(): Promise<RunningServer> {
  const server = await startServer({ studio: testStudio() })
  closers.push(() => server.close())
  return server
}

function client(studio: { address: string; token: string }) {
  const { link, close } = createSocketLink(studio)
  closers.push(close)
  return createORPCClient<RouterClient<typeof endlessRouter, ClientRetryPluginContext>>(link)
}

test('5,000 events arrive once each and in order over a connection that is cut five times', async () => {
  const wire = await cuttableWire(await start())
  closers.push(wire.close)
  const api = client(wire)
  const seen: number[] = []
  let cuts = 0
  const started = performance.now()
  for await (const { index } of await api.count({ total: 5_000 }, { context: { retry: Number.POSITIVE_INFINITY } })) {
    seen.push(index)
    if (cuts < 5 && seen.length === 800 * (cuts + 1)) {
      cuts++
      wire.cut()
    }
  }
  expect(cuts).toBe(5)
  expect(seen.length).toBe(5_000)
  expect(seen.every((value, index) => value === index)).toBe(true)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('bytes and files pass over the socket', async () => {
  const api = client(await start())
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 256)
  expect(Buffer.compare((await api.echo({ bytes, text: '' })).bytes, bytes)).toBe(0)
  const file = await api.file()
  expect(file.name).toBe('päge.bin')
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 255, 10, 13])
})

test('a client that goes away ends its streams', async () => {
  const server = await start()
  const { link, close } = createSocketLink(server)
  const api = createORPCClient<RouterClient<typeof endlessRouter, ClientRetryPluginContext>>(link)
  const before = endedStreams.count
  await (await api.endless()).next()
  close()
  await expect.poll(() => endedStreams.count).toBe(before + 1)
})

test('a client that stops reading stops the stream, not the memory', async () => {
  const server = await start()
  const socket = new WebSocket(rpcUrl(server))
  await new Promise((resolve) => socket.once('open', resolve))
  flooded.count = 0
  socket.send(JSON.stringify({ i: '1', p: { u: '/flood', b: {} } }))
  await new Promise((resolve) => socket.once('message', resolve))
  socket.pause()
  // What the system's own buffers hold still goes out; then nothing more is made.
  let before = -1
  await expect
    .poll(
      () => {
        const still = before === flooded.count
        before = flooded.count
        return still
      },
      { interval: 300, timeout: 10_000 },
    )
    .toBe(true)
  expect(flooded.count).toBeGreaterThan(0)
  expect(flooded.count).toBeLessThan(1_000)
  socket.terminate()
})

/** How an upgrade ended: the close code of an accepted one, the HTTP status of a refused one. */
function outcome(url: string, headers: Record<string, string> = {}): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('close', (code) => resolve(code))
    socket.on('error', () => {})
    socket.on('open', () =>
      setTimeout(() => {
        resolve('open')
        socket.close()
      }, 100),
    )
  })
}

test('the socket is refused without the token, from another page, under another name, at another path', async () => {
  const server = await start()
  const { host } = new URL(server.address)
  expect(await outcome(rpcUrl(server))).toBe('open')
  expect(await outcome(rpcUrl(server), { origin: server.address })).toBe('open')
  expect(await outcome(rpcUrl({ ...server, token: '' }))).toBe(WRONG_TOKEN)
  expect(await outcome(rpcUrl({ ...server, token: `${server.token}x` }))).toBe(WRONG_TOKEN)
  expect(await outcome(rpcUrl(server), { origin: 'https://example.org' })).toBe(403)
  expect(await outcome(rpcUrl(server), { origin: 'null' })).toBe(403)
  expect(await outcome(rpcUrl(server), { host: `rebound.example.org:${server.port}` })).toBe(421)
  expect(
    await outcome(rpcUrl(server), { host: `rebound.example.org:${server.port}`, origin: `http://rebound.example.org:${server.port}` }),
  ).toBe(421)
  expect(await outcome(`ws://${host}/elsewhere?token=${server.token}`)).toBe(404)
})

test('a joined window talks through a forwarded port, and hears when the other studio is gone', async () => {
  const server = await start()
  const lost: string[] = []
  const window = createPort((message) => answers.push(message))
  const answers: unknown[] = []
  forwardPort(window.port, server, (reason) => lost.push(reason))
  window.receive(JSON.stringify({ i: '1', p: { u: '/echo', b: { json: { bytes: 'AQI=', text: 'hello' }, meta: [[40, 'bytes']] } } }))
  await expect.poll(() => answers.length).toBe(1)
  expect(String(answers[0])).toContain('hello')
  expect(String(answers[0])).toContain('AQI=')
  await server.close()
  await expect.poll(() => lost).toEqual([`The studio at ${server.address} has gone away.`])
})
