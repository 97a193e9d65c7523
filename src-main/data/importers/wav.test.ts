import { describe, expect, it } from 'vitest'
import { pcm16, wavFile } from '../testing/files'
import type { WavSettings } from '../testing/files'
import { memoryFile, RejectedFileError } from './inputFile'
import { openWav } from './wav'

async function decode(bytes: Buffer, size: number | null = bytes.length): Promise<number[]> {
  const wav = await openWav({ ...memoryFile('x.wav', bytes), size })
  const values: number[] = []
  for await (const block of wav.blocks) values.push(...block)
  return values
}

const reject = (bytes: Buffer) => expect(decode(bytes)).rejects
const bytesOf = (width: number, values: number[]) => {
  const bytes = Buffer.alloc(width * values.length)
  values.forEach((value, i) => bytes.writeIntLE(value, i * width, width))
  return bytes
}

describe('WAV', () => {
  it('reads 16 bits exactly', async () => {
    const values = [0, 1, -1, 32767, -32768, 1234]
    expect(await decode(wavFile(pcm16(values)))).toEqual(values)
  })

  it.each<[string, Buffer, WavSettings, number[]]>([
    ['8 bits, unsigned', Buffer.from([0, 128, 255]), { bits: 8 }, [-32768, 0, 32512]],
    ['24 bits', bytesOf(3, [-8388608, 256, 8388352]), { bits: 24 }, [-32768, 1, 32767]],
    ['32 bits', bytesOf(4, [-2147483648, 65536]), { bits: 32 }, [-32768, 1]],
    ['24 bits low in 4 bytes', bytesOf(4, [-96, 23040, 8388352]), { bits: 24, frameBytes: 4 }, [-0.375, 90, 32767]],
    ['24 bits high in 4 bytes, extended', bytesOf(4, [-24576, 5898240]), { bits: 32, validBits: 24, extensible: true }, [-0.375, 90]],
    ['extended 16 bits', pcm16([5, -5]), { extensible: true }, [5, -5]],
    ['stereo, mixed by the mean', pcm16([100, 200, -50, 50]), { channels: 2 }, [150, 0]],
  ])('reads %s', async (_, data, settings, wanted) => {
    expect(await decode(wavFile(data, settings))).toEqual(wanted)
  })

  it('reads float, clipped at ±1, with no numbers as silence', async () => {
    const data = Buffer.alloc(20)
    ;[0.5, -1, 2, NaN, -0.25].forEach((value, i) => data.writeFloatLE(value, 4 * i))
    expect(await decode(wavFile(data, { bits: 32, tag: 3 }))).toEqual([16384, -32768, 32768, 0, -8192])
    const wide = Buffer.alloc(8)
    wide.writeDoubleLE(0.125)
    expect(await decode(wavFile(wide, { bits: 64, tag: 3 }))).toEqual([4096])
  })

  it('reads A-law and μ-law by the tables of G.711', async () => {
    expect(await decode(wavFile(Buffer.from([0xff, 0x7f, 0x80, 0x00, 0xf0]), { bits: 8, tag: 7 }))).toEqual([0, 0, 32124, -32124, 120])
    expect(await decode(wavFile(Buffer.from([0xd5, 0x55, 0xaa, 0x2a, 0x80]), { bits: 8, tag: 6, extensible: true }))).toEqual([8, -8, 32256, -32256, 5504])
  })

  it('reads RIFX, the highest byte first', async () => {
    const swapped = (width: number, values: number[]) => {
      const bytes = Buffer.alloc(width * values.length)
      values.forEach((value, i) => bytes.writeIntBE(value, i * width, width))
      return bytes
    }
    expect(await decode(wavFile(swapped(2, [1, -2, 300, 400]), { container: 'RIFX', channels: 2 }))).toEqual([-0.5, 350])
    expect(await decode(wavFile(swapped(3, [256, -8388608]), { container: 'RIFX', bits: 24 }))).toEqual([1, -32768])
    expect(await decode(wavFile(swapped(4, [65536, -96]), { container: 'RIFX', bits: 32 }))).toEqual([1, -96 / 65536])
    expect(await decode(wavFile(swapped(4, [256, -96]), { container: 'RIFX', bits: 24, frameBytes: 4 }))).toEqual([1, -0.375])
    const float = Buffer.alloc(4)
    float.writeFloatBE(0.5)
    expect(await decode(wavFile(float, { container: 'RIFX', bits: 32, tag: 3 }))).toEqual([16384])
  })

  it('reads RF64, whose sizes stand in a part of their own, and refuses it cut off', async () => {
    const file = wavFile(pcm16([3, -4, 5]), { container: 'RF64' })
    expect(await decode(file)).toEqual([3, -4, 5])
    await reject(file.subarray(0, file.length - 2)).toThrow(/4 of 6 bytes, a truncated file/)
  })

  it('mixes eight channels to one', async () => {
    expect(await decode(wavFile(pcm16([8, 16, 24, 32, 40, 48, 56, 64, 0, 0, 0, 0, 0, 0, 0, -8]), { channels: 8 }))).toEqual([36, -1])
  })

  it('counts samples that are no numbers', async () => {
    const data = Buffer.alloc(12)
    ;[NaN, 0.5, -Infinity].forEach((value, i) => data.writeFloatLE(value, 4 * i))
    const wav = await openWav(memoryFile('x.wav', wavFile(data, { bits: 32, tag: 3 })))
    for await (const block of wav.blocks) expect([...block]).toEqual([0, 16384, 0])
    expect(wav.remarks.notNumbers).toBe(2)
  })

  it('skips what lies before the samples, odd sizes too', async () => {
    expect(await decode(wavFile(pcm16([7, 8]), { before: [{ id: 'LIST', content: Buffer.alloc(33) }, { id: 'JUNK', content: Buffer.alloc(70000) }] }))).toEqual([7, 8])
  })

  it('takes the length that a stream writer could not know from the file', async () => {
    expect(await decode(wavFile(pcm16([1, 2, 3]), { dataBytes: 0xffffffff }))).toEqual([1, 2, 3])
  })

  it('refuses broken files, each with its reason', async () => {
    await reject(Buffer.alloc(0)).toThrow(/empty/)
    await reject(Buffer.from('<!doctype html><html></html>')).toThrow(/web page/)
    await reject(Buffer.from('FORM\0\0\0\0AIFFCOMM')).toThrow(/AIFF/)
    await reject(wavFile(pcm16([1, 2, 3]), { dataBytes: 100 })).toThrow(/6 of 100 bytes, a truncated file/)
    await reject(wavFile(pcm16([1]), { channels: 0, frameBytes: 2 })).toThrow(/0 channels/)
    await reject(wavFile(pcm16([1]), { frameBytes: 0 })).toThrow(RejectedFileError)
    await reject(wavFile(pcm16([1]), { bits: 33, frameBytes: 4 })).toThrow(/33 bits in 4 bytes/)
    await reject(wavFile(pcm16([1]), { tag: 85 })).toThrow(/MP3/)
    await reject(wavFile(pcm16([1])).subarray(0, 40)).toThrow(RejectedFileError)
    const hostile = wavFile(pcm16([1]), { before: [{ id: 'oooo', content: Buffer.alloc(4) }] })
    hostile.writeUInt32LE(0xb1460000, 16)
    await reject(hostile).toThrow(/claims 2974154752 bytes/)
  })

  it('notices a truncated stream of unknown size', async () => {
    await expect(decode(wavFile(pcm16([1, 2, 3]), { dataBytes: 100 }), null)).rejects.toThrow(/94 bytes early/)
  })
})
