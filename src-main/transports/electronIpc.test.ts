import { createORPCClient } from '@orpc/client'
import type { SupportedMessagePort } from '@orpc/client/message-port'
import { RPCLink } from '@orpc/client/message-port'
import type { RouterClient } from '@orpc/server'
import type { IpcMainEvent } from 'electron'
import { expect, test } from 'vitest'
import { customSerializers } from '../contract'
import { connectStudio, refuseSender } from './electronIpc'
import { createPort, isRpcMessage } from './port'
import type { RpcMessage } from './port'
import { endedStreams, testStudio } from './testStudio'
import type { endlessRouter } from './testStudio'

/** Both ends of a channel that copies what passes, as a process boundary does. */
function joinedPorts() {
  const server = createPort((message) => queueMicrotask(() => client.receive(structuredClone(message))))
  const client = createPort((message: RpcMessage) => queueMicrotask(() => server.receive(structuredClone(message))))
  return { server, client }
}

function connect() {
  const { server, client } = joinedPorts()
  connectStudio(testStudio())(server.port)
  const link = new RPCLink({ port: client.port as SupportedMessagePort, customJsonSerializers: customSerializers })
  return { server, client, api: createORPCClient<RouterClient<typeof endlessRouter>>(link) }
}

test('bytes, files and streams pass a port unchanged', async () => {
  const { api } = connect()
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256)
  const echo = await api.echo({ bytes, text: 'ñ€𝄞' })
  expect(echo.text).toBe('ñ€𝄞')
  expect(Buffer.compare(echo.bytes, bytes)).toBe(0)

  const file = await api.file()
  expect([file.name, file.type]).toEqual(['päge.bin', 'image/png'])
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 255, 10, 13])

  const seen: number[] = []
  for await (const event of await api.count({ total: 200 })) seen.push(event.index)
  expect(seen).toEqual(Array.from({ length: 200 }, (_, index) => index))
})

test('a closed port ends the streams it had open, and sends nothing more', async () => {
  const { api, server } = connect()
  const before = endedStreams.count
  const stream = await api.endless()
  await stream.next()
  server.close()
  await expect.poll(() => endedStreams.count).toBe(before + 1)
})

test('only text and bytes pass as messages', () => {
  expect(isRpcMessage('text')).toBe(true)
  expect(isRpcMessage(new Uint8Array(2))).toBe(true)
  expect(isRpcMessage({ i: 1 })).toBe(false)
  expect(isRpcMessage(null)).toBe(false)
})

test('a message is heard only from the top frame of the studio’s own page', () => {
  const origin = 'chainrule://studio'
  type Sender = Pick<IpcMainEvent, 'senderFrame' | 'sender'>
  const from = (url: string, top = true): Sender => {
    const frame = { url }
    return { senderFrame: frame, sender: { mainFrame: top ? frame : { url: `${origin}/` } } } as unknown as Sender
  }
  expect(refuseSender(from(`${origin}/index.html`), origin)).toBeNull()
  expect(refuseSender(from('https://example.org/'), origin)).toContain('another page')
  expect(refuseSender(from('chainrule://studio.example.org/'), origin)).toContain('another page')
  expect(refuseSender(from('about:blank'), origin)).not.toBeNull()
  expect(refuseSender(from(`${origin}/`, false), origin)).toContain('frame inside')
  expect(refuseSender({ ...from(`${origin}/`), senderFrame: null }, origin)).toContain('gone')
})
