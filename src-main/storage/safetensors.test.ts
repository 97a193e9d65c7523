import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSafetensors, writeSafetensors } from './safetensors'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterEach(() => rm(folder, { recursive: true }))

const tensors = () =>
  new Map([
    ['levels', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['weight', { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-39, 4, 5, Infinity) }],
    ['counts', { shape: [2], data: Int32Array.of(-7, 2 ** 31 - 1) }],
    ['scalar', { shape: [], data: Float32Array.of(0.5) }],
    ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ])

describe('safetensors', () => {
  it('reads back what it wrote, bit for bit, and tells length and checksum', async () => {
    const path = join(folder, 'x.safetensors')
    const written = await writeSafetensors(path, tensors(), { family: 'made' })
    const content = await readFile(path)
    expect(written).toEqual({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') })
    const file = await readSafetensors(path, { sha256: written.sha256 })
    expect(file.metadata).toEqual({ family: 'made' })
    expect(new Map([...file.tensors].sort())).toEqual(new Map([...tensors()].sort()))
    expect(await readdir(folder)).toEqual(['x.safetensors'])
  })

  it('is byte for byte the published layout', async () => {
    const path = join(folder, 'x.safetensors')
    await writeSafetensors(path, new Map([['b', { shape: [1], data: Uint8Array.of(9) }], ['a', { shape: [2], data: Float32Array.of(1, 2) }]]))
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}'
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
    const expected = Buffer.concat([Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(padded), Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 9])])
    expect(await readFile(path)).toEqual(expected)
  })

  it('reads a file of another writer: unaligned header, other order, metadata', async () => {
    const path = join(folder, 'other.safetensors')
    const header = Buffer.from('{"__metadata__":{"format":"pt"},"z":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}')
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await writeFile(path, Buffer.concat([length, header, Buffer.from([7, 0, 0, 0x80, 0xbf])]))
    const { tensors: read, metadata } = await readSafetensors(path)
    expect(metadata).toEqual({ format: 'pt' })
    expect(read.get('z')).toEqual({ shape: [1], data: Float32Array.of(-1) })
    expect(read.get('a')).toEqual({ shape: [1], data: Uint8Array.of(7) })
  })

  it('refuses a torn file at whatever byte it ends, naming the file', async () => {
    const path = join(folder, 'torn.safetensors')
    const { bytes } = await writeSafetensors(path, tensors())
    const whole = await readFile(path)
    for (let length = 0; length < bytes; length++) {
      await writeFile(path, whole)
      await truncate(path, length)
      await expect(readSafetensors(path), `${length} bytes`).rejects.toThrow(/torn\.safetensors is not a complete safetensors file/)
    }
    await writeFile(path, Buffer.concat([whole, Buffer.from([0])]))
    await expect(readSafetensors(path)).rejects.toThrow(/expected/)
  })

  it('refuses an altered file by its checksum', async () => {
    const path = join(folder, 'altered.safetensors')
    const { sha256 } = await writeSafetensors(path, tensors())
    const content = await readFile(path)
    content[content.length - 1]! ^= 1
    await writeFile(path, content)
    await expect(readSafetensors(path, { sha256 })).rejects.toThrow(/altered\.safetensors is damaged: its checksum/)
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow(/does not exist/)
  })

  it('refuses a shape that does not fit its values', async () => {
    await expect((async () => writeSafetensors(join(folder, 'x'), new Map([['w', { shape: [2], data: new Float32Array(3) }]])))()).rejects.toThrow(/'w'.*\[2\].*3/)
  })
})
