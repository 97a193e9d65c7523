import { mkdtempSync, rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { os, withEventMeta } from '@orpc/server'
import { afterAll } from 'vitest'
import { z } from 'zod'

/** Procedures that stress a transport in ways that the studio's own do only after minutes of training. */
export const testRouter = {
  echo: os.input(z.object({ bytes: z.instanceof(Uint8Array), text: z.string() })).handler(({ input }) => input),
  file: os.output(z.instanceof(File)).handler(() => new File([new Uint8Array([0, 255, 10, 13])], 'päge.bin', { type: 'image/png' })),
  /** `total` numbered events; asked for again with the id of the last one seen, it goes on after that one. */
  count: os.input(z.object({ total: z.number() })).handler(async function* ({ input, lastEventId, signal }) {
    for (let index = Number(lastEventId ?? -1) + 1; index < input.total && !signal?.aborted; index++) {
      if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      yield withEventMeta({ index }, { id: String(index) })
    }
  }),
}

/** Streams that were ended by their consumer going away, not by reaching their end. */
export const endedStreams = { count: 0 }

/** Events that `flood` has made so far. */
export const flooded = { count: 0 }

export const endlessRouter = {
  ...testRouter,
  /** Large events as fast as they are taken. */
  flood: os.handler(async function* ({ signal }) {
    while (!signal?.aborted && flooded.count < 20_000) {
      flooded.count++
      yield 'x'.repeat(65_536)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }),
  endless: os.handler(async function* ({ signal }) {
    try {
      for (let index = 0; !signal?.aborted; index++) {
        yield { index }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    } finally {
      endedStreams.count++
    }
  }),
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export function testStudio() {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-transport-'))
  folders.push(folder)
  return { router: endlessRouter, context: { workspace: { uploads: join(folder, 'uploads') } }, folder }
}

/** A wire between a client and a server that can be cut. */
export async function cuttableWire({ port, token }: { port: number; token: string }) {
  const open = new Set<Socket>()
  const wire: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          open.delete(from)
          to.destroy()
        })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  const near = wire.address() as { port: number }
  const cut = (): void => open.forEach((socket) => socket.destroy())
  const close = (): void => {
    cut()
    wire.close()
  }
  return { address: `http://127.0.0.1:${near.port}`, token, cut, close }
}
