import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunningStudio } from './support/runningStudio'

const serveScript = resolve(import.meta.dirname, '..', 'out', 'main', 'serve.js')

/** Runs `serve` to its end. */
function serve(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [serveScript, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('exit', (code) => done({ code, out, err }))
  })
}

test('one studio per workspace: a second serve joins the first, and a polite end lets the workspace go', async () => {
  const studio = new RunningStudio()
  try {
    await studio.start()
    const second = await serve('--home', studio.home, '--json')
    expect(second.code).toBe(0)
    expect(JSON.parse(second.out)).toMatchObject({ url: studio.url, owned: false })

    const elsewhere = await serve('--home', studio.home, '--host', '0.0.0.0', '--port', '1')
    expect(elsewhere.code).toBe(1)
    expect(elsewhere.err).toContain('already open in another studio')
    expect(elsewhere.err).toContain('close the other studio first')

    await studio.stop('SIGTERM')
    expect(existsSync(join(studio.home, 'owner.lock'))).toBe(false)
  } finally {
    await studio.remove()
  }
})

test('a studio that was killed leaves a workspace that opens again', async () => {
  const studio = new RunningStudio()
  try {
    await studio.start()
    const first = studio.url
    await studio.restart('SIGKILL')
    expect(studio.url).not.toBe(first)
    expect((await fetch(studio.url)).status).toBe(200)
  } finally {
    await studio.remove()
  }
})

test('a port in use and a wrong port give one clear line', async () => {
  const taken = createServer()
  await new Promise<void>((ready) => taken.listen(0, '127.0.0.1', ready))
  const { port } = taken.address() as AddressInfo
  const studio = new RunningStudio()
  try {
    const failed = await serve('--home', studio.home, '--port', String(port))
    expect(failed.code).toBe(1)
    expect(failed.out).toBe('')
    expect(failed.err.trim().split('\n')).toHaveLength(1)
    expect(failed.err).toContain(`Port ${port}`)
    expect(failed.err).toContain('--port')
    expect(existsSync(join(studio.home, 'owner.lock'))).toBe(false)

    const wrong = await serve('--home', studio.home, '--port', '99999')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('65535')
  } finally {
    taken.close()
    await studio.remove()
  }
})
