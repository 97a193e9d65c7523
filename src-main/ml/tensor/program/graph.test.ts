import { describe, expect, it } from 'vitest'
import type { AttributeValue } from './attributes'
import { dataTypes } from './attributes'
import { Graph } from './graph'

/**
 * A reader of its own, written from TensorFlow's .proto files (saved_model, meta_graph, graph, node_def, attr_value, tensor, tensor_shape),
 * that shares nothing with the writer.
 */
type Field = { number: number; value: bigint | Buffer }

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = Number(varint())
    const wire = tag & 7
    if (wire === 0) fields.push({ number: tag >> 3, value: varint() })
    else {
      const size = wire === 2 ? Number(varint()) : wire === 5 ? 4 : wire === 1 ? 8 : NaN
      if (!(at + size <= message.length)) throw new Error(`field ${tag >> 3} of wire type ${wire} does not fit`)
      fields.push({ number: tag >> 3, value: message.subarray(at, (at += size)) })
    }
  }
  return fields
}

const all = (message: Buffer, number: number): Field['value'][] =>
  fieldsOf(message)
    .filter((field) => field.number === number)
    .map(({ value }) => value)
const bytes = (message: Buffer, number: number): Buffer => (all(message, number)[0] as Buffer | undefined) ?? Buffer.alloc(0)
const text = (message: Buffer, number: number): string => bytes(message, number).toString('utf8')
const signed = (value: Field['value']): number => Number(BigInt.asIntN(64, value as bigint))
/** TensorShapeProto: repeated Dim dim = 2 { int64 size = 1 }. proto3 leaves out a size of 0. */
const shapeOf = (message: Buffer): number[] => all(message, 2).map((dimension) => signed(all(dimension as Buffer, 1)[0] ?? 0n))

function attributeOf(message: Buffer): AttributeValue {
  const [field] = fieldsOf(message)
  const value = field!.value
  switch (field!.number) {
    case 1: {
      const list = value as Buffer
      if (all(list, 6).length > 0) return { types: all(list, 6).map(Number) }
      return { ints: all(list, 3).map(signed) }
    }
    case 2:
      return { string: (value as Buffer).toString('utf8') }
    case 3:
      return { int: signed(value) }
    case 4:
      return { float: (value as Buffer).readFloatLE() }
    case 5:
      return { bool: value === 1n }
    case 6:
      return { type: Number(value) }
    case 7:
      return { shape: shapeOf(value as Buffer) }
    case 8: {
      const tensor = value as Buffer
      return { tensor: { dtype: Number(all(tensor, 1)[0]), shape: shapeOf(bytes(tensor, 2)), content: new Uint8Array(bytes(tensor, 4)) } }
    }
  }
  throw new Error(`AttrValue has no field ${field!.number}`)
}

/** Nodes of a SavedModel under the tag 'serve'. */
function readNodes(file: Buffer): { name: string; op: string; inputs: string[]; attributes: Record<string, AttributeValue> }[] {
  const meta = bytes(file, 2)
  expect(text(bytes(meta, 1), 4)).toBe('serve')
  return all(bytes(meta, 2), 1).map((value) => {
    const node = value as Buffer
    const attributes = all(node, 5).map((entry) => [text(entry as Buffer, 1), attributeOf(bytes(entry as Buffer, 2))] as const)
    return {
      name: text(node, 1),
      op: text(node, 2),
      inputs: all(node, 3).map((input) => (input as Buffer).toString()),
      attributes: Object.fromEntries(attributes),
    }
  })
}

describe('a graph read back', () => {
  it('holds every kind of attribute as it was given', () => {
    const attributes: Record<string, AttributeValue> = {
      type: { type: dataTypes.resource },
      positive: { int: 300 },
      negative: { int: -1 },
      large: { int: 2 ** 40 },
      half: { float: 0.5 },
      yes: { bool: true },
      no: { bool: false },
      words: { string: 'größer' },
      empty: { string: '' },
      scalar: { shape: [] },
      matrix: { shape: [3, 0, 129] },
      open: { shape: [-1, 4] },
      ints: { ints: [1, -2, 1_000_000] },
      types: { types: [dataTypes.float32, dataTypes.int64] },
      tensor: { tensor: { dtype: dataTypes.float32, shape: [2, 1], content: new Uint8Array(Float32Array.of(1.5, -2).buffer) } },
    }
    const graph = new Graph()
    const first = graph.node('First', [])
    graph.node('Second', [`${first}:0`, `${first}:1`], attributes, [first], 'named')
    expect(readNodes(graph.savedModel())).toEqual([
      { name: first, op: 'First', inputs: [], attributes: {} },
      { name: 'named', op: 'Second', inputs: [`${first}:0`, `${first}:1`, `^${first}`], attributes },
    ])
  })

  it('holds constants and placeholders, however large', () => {
    const graph = new Graph()
    const values = Float32Array.from({ length: 70_000 }, (_value, index) => index / 7)
    const constant = graph.constant(dataTypes.float32, [700, 100], new Uint8Array(values.buffer))
    const placeholder = graph.placeholder(dataTypes.int32, [2], 'seed')
    const [one, two] = readNodes(graph.savedModel())
    expect([constant, placeholder]).toEqual([`${one!.name}:0`, 'seed:0'])
    expect(one).toMatchObject({ op: 'Const', attributes: { dtype: { type: 1 }, value: { tensor: { shape: [700, 100] } } } })
    const { value } = one!.attributes
    expect(value && 'tensor' in value && Buffer.from(value.tensor.content).equals(Buffer.from(values.buffer))).toBe(true)
    expect(two).toMatchObject({ op: 'Placeholder', attributes: { dtype: { type: 3 }, shape: { shape: [2] } } })
  })
})
