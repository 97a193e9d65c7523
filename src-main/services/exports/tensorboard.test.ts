import { describe, expect, test } from 'vitest'
import type { MetricPoint } from '../../contract/records/training'
import { crc32c, maskedCrc32c } from './crc32c'
import { eventFile } from './tensorboard'

/** Fields of a protocol-buffer message: numbers of wire types 0, 1 and 5, bytes of type 2. */
function fields(bytes: Buffer): { field: number; value: number | Buffer }[] {
  const found: { field: number; value: number | Buffer }[] = []
  let at = 0
  const varint = (): number => {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const wire = key & 7
    let value: number | Buffer
    if (wire === 0) value = varint()
    else if (wire === 1) [value, at] = [bytes.readDoubleLE(at), at + 8]
    else if (wire === 5) [value, at] = [bytes.readFloatLE(at), at + 4]
    else {
      const length = varint()
      ;[value, at] = [bytes.subarray(at, at + length), at + length]
    }
    found.push({ field: key >> 3, value })
  }
  return found
}

/** The records of a TFRecord file, both checksums of each verified. */
function records(file: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at))
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)))
    const content = file.subarray(at + 12, at + 12 + length)
    expect(content).toHaveLength(length)
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(content))
    found.push(content)
    at += 16 + length
  }
  return found
}

const numberOf = (message: Buffer, field: number): number => fields(message).find((entry) => entry.field === field)?.value as number
const bytesOf = (message: Buffer, field: number): Buffer[] => fields(message).filter((entry) => entry.field === field).map(({ value }) => value as Buffer)

test('CRC-32C is that of RFC 3720, appendix B.4', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
})

describe('an event file', () => {
  const train: MetricPoint = {
    kind: 'train', step: 300, epoch: 1.5, seconds: 12.5, nats: 90.25, bitsPerDim: 0.5, gradientNorm: 2, learningRate: 0.001, stepsPerSecond: 50, examplesPerSecond: 5000, memoryBytes: 1e9, tensors: 10,
  }
  const valid: MetricPoint = { kind: 'valid', step: 300, epoch: 1.5, seconds: 13, nats: 91.5, bitsPerDim: 0.51, standardError: 0.25, examples: 100, weights: 'ema' }
  const magnitudes = { first: 20, counts: [3, 4], below: 2, above: 0, rms: 1.5e-5, negative: 0.5 }
  const file = Buffer.from(eventFile({ start: 1_700_000_000, points: [train, valid], histograms: [{ step: 300, epoch: 1.5, seconds: 13, layers: [{ name: 'W', weights: magnitudes, gradients: magnitudes }] }] }))
  const messages = records(file)

  test('begins with its version', () => {
    expect(bytesOf(messages[0]!, 3).map(String)).toEqual(['brain.Event:2'])
    expect(numberOf(messages[0]!, 1)).toBe(1_700_000_000)
  })

  test('holds every figure under its tag, step and time', () => {
    const scalars = new Map(messages.slice(1, 3).flatMap((message) => bytesOf(bytesOf(message, 5)[0]!, 1)).map((value) => [String(bytesOf(value, 1)[0]), numberOf(value, 2)]))
    expect(Object.fromEntries(scalars)).toMatchObject({ 'nats/train': 90.25, 'bits_per_dim/train': 0.5, 'nats/valid_ema': 91.5, 'standard_error/valid_ema': 0.25, 'training/gradient_norm': 2, 'training/epoch': 1.5 })
    expect(scalars.get('training/learning_rate')).toBeCloseTo(0.001, 9)
    expect(messages.slice(1).map((message) => [numberOf(message, 1), numberOf(message, 2)])).toEqual([[1_700_000_012.5, 300], [1_700_000_013, 300], [1_700_000_013, 300]])
  })

  test('holds histograms whose buckets add up, with rising limits', () => {
    const values = bytesOf(bytesOf(messages[3]!, 5)[0]!, 1)
    expect(values.map((value) => String(bytesOf(value, 1)[0]))).toEqual(['weights/W', 'gradients/W'])
    const histogram = bytesOf(values[0]!, 5)[0]!
    const doubles = (field: number): number[] => {
      const packed = bytesOf(histogram, field)[0]!
      return Array.from({ length: packed.length / 8 }, (_value, index) => packed.readDoubleLE(index * 8))
    }
    expect(doubles(7)).toEqual([2, 0, 3, 4, 0])
    const limits = doubles(6)
    expect(limits).toHaveLength(5)
    expect(limits).toEqual([...limits].sort((a, b) => a - b))
    // Bin 20 begins at 10^(-10 + 20/4).
    expect(limits[1]).toBeCloseTo(1e-5, 12)
    expect([numberOf(histogram, 1), numberOf(histogram, 3)]).toEqual([0, 9])
    expect(numberOf(histogram, 5)).toBeCloseTo(9 * 1.5e-5 ** 2, 15)
  })
})
