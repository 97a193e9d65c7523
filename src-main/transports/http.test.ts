import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLoopback, ServerStartError, startServer } from './server'
import type { RunningServer } from './server'
import { testStudio } from './testStudio'

let server: RunningServer
let studio: ReturnType<typeof testStudio>
let rendererFolder: string

beforeEach(async () => {
  studio = testStudio()
  rendererFolder = join(studio.folder, 'renderer')
  mkdirSync(join(rendererFolder, 'assets'), { recursive: true })
  mkdirSync(join(studio.context.workspace.uploads, 'u1'), { recursive: true })
  writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html><title>Chainrule</title>')
  writeFileSync(join(rendererFolder, 'assets', 'index-AbCd1234.js'), 'export {}')
  writeFileSync(join(rendererFolder, '.hidden'), 'hidden')
  writeFileSync(join(studio.folder, 'secret.txt'), 'secret')
  symlinkSync(join(studio.folder, 'secret.txt'), join(rendererFolder, 'link.txt'))
  server = await startServer({ studio, rendererFolder, limits: { pieceBytes: 1000, fileBytes: 2500 } })
})
afterEach(() => server.close())

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** node:http sends the path as given; fetch would tidy '..' away before the server sees it. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: Buffer | string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers: options.headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        )
      },
    )
    call.on('error', reject)
    call.end(options.body)
  })
}

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${server.token}` })
const put = (path: string, offset: number, body: Buffer | string, headers = bearer()): Promise<Answer> =>
  ask(`${path}?offset=${offset}`, { method: 'PUT', headers, body })

test('static files need no token and carry a strict policy and their type', async () => {
  const page = await ask('/')
  expect(page.status).toBe(200)
  expect(page.body).toContain('Chainrule')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.headers['content-security-policy']).not.toContain('unsafe-eval')
  expect(page.headers['content-security-policy']).toMatch(/script-src 'self'(;|$)/)
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  expect(page.headers['referrer-policy']).toBe('no-referrer')
  const script = await ask('/assets/index-AbCd1234.js?v=1')
  expect([script.headers['content-type'], script.headers['cache-control']]).toEqual([
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
  ])
  expect((await ask('/', { method: 'HEAD' })).body).toBe('')
  expect((await ask('/', { method: 'POST' })).status).toBe(405)
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/..%5csecret.txt',
  '//../secret.txt',
  '/link.txt',
  '/.hidden',
  '/%00',
  '/%zz',
  '/assets',
])('no file outside of the window’s folder is served: %s', async (path) => {
  const answer = await ask(path)
  expect(answer.status).toBe(404)
  expect(answer.body).not.toContain('secret')
})

test('an address under another name is refused, even for static files', async () => {
  expect((await ask('/', { headers: { host: 'rebound.example.org' } })).status).toBe(421)
  expect((await ask('/', { headers: { host: `localhost:${server.port}` } })).status).toBe(200)
  expect((await ask('/', { headers: { host: '[::1]:9999' } })).status).toBe(200)
  expect((await ask('/', { headers: { origin: 'https://example.org' } })).status).toBe(403)
})

test('uploads need the token and their own page', async () => {
  expect((await put('/upload/u1/a.bin', 0, 'abc', {})).status).toBe(401)
  expect((await put('/upload/u1/a.bin', 0, 'abc', { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await put('/upload/u1/a.bin', 0, 'abc', { ...bearer(), origin: 'https://example.org' })).status).toBe(403)
  expect((await ask('/upload/u1/a.bin', { method: 'HEAD' })).status).toBe(401)
  expect((await ask(`/upload/u1/a.bin?token=${server.token}&offset=0`, { method: 'PUT', body: 'abc' })).status).toBe(204)
})

test('an upload goes on where it was cut off', async () => {
  const content = Buffer.from(Array.from({ length: 2000 }, (_, index) => index % 251))
  const path = '/upload/u1/folder%20one/na%C3%AFve.bin'
  expect((await put(path, 0, content.subarray(0, 700))).headers['upload-length']).toBe('700')

  // A connection that dies in the middle of a piece leaves what has arrived, and HEAD says how much that is.
  const socket = connect(server.port, '127.0.0.1')
  socket.write(
    `PUT ${path}?offset=700 HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${server.token}\r\ncontent-length: 1000\r\n\r\n`,
  )
  socket.write(content.subarray(700, 1100))
  const length = async (): Promise<number> => Number((await ask(path, { method: 'HEAD', headers: bearer() })).headers['upload-length'])
  await expect.poll(length).toBe(1100)
  socket.destroy()

  // Whoever was writing may still hold the file for a moment.
  await expect.poll(async () => (await put(path, 1100, content.subarray(1100, 2000))).status).toBe(204)
  expect(await length()).toBe(2000)
  expect(Buffer.compare(readFileSync(join(studio.context.workspace.uploads, 'u1', 'folder one', 'naïve.bin')), content)).toBe(0)

  const again = await put(path, 700, content.subarray(700, 1000))
  expect([again.status, again.headers['upload-length']]).toEqual([204, '2000'])
  expect(Buffer.compare(readFileSync(join(studio.context.workspace.uploads, 'u1', 'folder one', 'naïve.bin')), content)).toBe(0)
})

test('a piece that would leave a gap is refused with the present length', async () => {
  await put('/upload/u1/gap.bin', 0, 'abc')
  const gap = await put('/upload/u1/gap.bin', 10, 'def')
  expect([gap.status, gap.headers['upload-length']]).toEqual([409, '3'])
  expect(gap.body).toContain('gap.bin has 3 bytes')
})

test('pieces and files have a largest size', async () => {
  expect((await put('/upload/u1/big.bin', 0, Buffer.alloc(1001))).status).toBe(413)
  for (const offset of [0, 1000]) await put('/upload/u1/big.bin', offset, Buffer.alloc(1000))
  const over = await put('/upload/u1/big.bin', 2000, Buffer.alloc(501))
  expect(over.status).toBe(413)
  expect(over.body).toContain('by its path')
  expect(readFileSync(join(studio.context.workspace.uploads, 'u1', 'big.bin')).length).toBe(2000)
})

test.each([
  '/upload/u1/../../secret.txt',
  '/upload/u1/%2e%2e/%2e%2e/secret.txt',
  '/upload/u1/..%2f..%2fsecret.txt',
  '/upload/u1//etc',
  '/upload/u1/a%00b',
  '/upload/u1/',
  '/upload/u1',
  '/upload/../secret.txt',
  '/upload/unknown/a.bin',
])('an upload cannot name anything outside of its own folder: %s', async (path) => {
  expect([400, 404]).toContain((await put(path, 0, 'overwritten')).status)
  expect(readFileSync(join(studio.folder, 'secret.txt'), 'utf8')).toBe('secret')
})

test('a file that is also a folder, and a bad offset, are refused in words', async () => {
  await put('/upload/u1/a/b.bin', 0, 'x')
  const both = await put('/upload/u1/a', 0, 'x')
  expect(both.status).toBe(409)
  expect(both.body).toContain('folder')
  expect((await put('/upload/u1/a/b.bin/c.bin', 0, 'x')).status).toBe(409)
  expect((await ask('/upload/u1/x.bin?offset=-1', { method: 'PUT', headers: bearer(), body: 'x' })).status).toBe(400)
})

test('a port in use gives one message with the mend', async () => {
  const failure = await startServer({ studio, rendererFolder, port: server.port }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ServerStartError)
  expect((failure as Error).message).toContain(`Port ${server.port}`)
  expect((failure as Error).message).toContain('--port')
  await expect(startServer({ studio, rendererFolder, host: '203.0.113.7' })).rejects.toThrow('--host')
})

test('tokens are long, random, and in the address; beyond loopback there is a warning', async () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/?token=${server.token}`)
  expect(Buffer.from(server.token, 'base64url').length).toBe(32)
  expect(server.warning).toBeNull()
  const open = await startServer({ studio, rendererFolder, host: '0.0.0.0' })
  expect(open.token).not.toBe(server.token)
  expect(open.warning).toContain('beyond this machine')
  expect(open.url).not.toContain('0.0.0.0')
  await open.close()
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true)
})

test('a window that was not built is said so', async () => {
  const bare = await startServer({ studio, rendererFolder: join(studio.folder, 'nothing') })
  const answer = await fetch(bare.url)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build')
  await bare.close()
})
