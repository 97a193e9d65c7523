import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf'
import { type AttributeValue, dataTypes } from './attributes'
import type { NativeAttribute, NativeBackend, NativeBinding, TensorMetadata } from './binding'
import type { Graph, OutputName } from './graph'
import { opListCounts, opTypeAttributes } from './opTypes'
import { recalledShapes, rememberShapes, shapeKey } from './shapeMemory'
import type { KnownInput, OutputShape } from './shapeMemory'
import { createStandIns } from './standIns'

/** Kinds of AttrValue by the binding's TF_ATTR_* number. */
function attributeOf(binding: NativeBinding, op: string, { name, type, value }: NativeAttribute): AttributeValue {
  const list = Array.isArray(value)
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return list ? { types: value as number[] } : { type: value as number }
    case binding.TF_ATTR_INT:
      return list ? { ints: value as number[] } : { int: value as number }
    case binding.TF_ATTR_FLOAT:
      return { float: value as number }
    case binding.TF_ATTR_BOOL:
      return { bool: Boolean(value) }
    case binding.TF_ATTR_STRING:
      return { string: value as string }
    case binding.TF_ATTR_SHAPE:
      return { shape: value as number[] }
  }
  throw new Error(`Cannot write attribute '${name}' of op ${op} into a graph (kind ${type})`)
}

/**
 * Runs `body` once, eagerly, and writes every native op that it executes into `graph`. Values do not matter, so an op that has run before
 * with inputs of the same shapes is not run again: its outputs are stand-ins, which become zeros where a new op needs them.
 * `known` says which tensors are already nodes of the graph (placeholders, variables); any other tensor that an op reads becomes a
 * constant. Answers the graph's names of the tensors that `body` returns.
 *
 * What would make the graph wrong is refused: reading back a tensor that depends on the inputs (its value, or a shape made from it, would
 * be frozen), and random numbers drawn in JavaScript (every step would draw the same).
 */
export function trace(graph: Graph, backend: NativeBackend, known: ReadonlyMap<Tensor, OutputName>, body: () => Tensor[]): OutputName[] {
  const native = backend.binding
  const names = new Map<number, OutputName>()
  const types = new Map<number, number>()
  /** Tensors whose value depends on what the graph is fed, or on its variables. */
  const dependent = new Set<number>()
  /** Of what is known by name and what ops have made. */
  const shapes = new Map<number, OutputShape>()
  for (const [tensor, name] of known) {
    const id = backend.getInputTensorIds([tensor])[0]!
    names.set(id, name)
    types.set(id, dataTypes[tensor.dtype as keyof typeof dataTypes])
    dependent.add(id)
    shapes.set(id, { shape: tensor.shape, dtype: dataTypes[tensor.dtype as keyof typeof dataTypes] })
  }
  const created = new Map<number, { shape: number[]; dtype: number; content: Uint8Array }>()
  const standIns = createStandIns(native)

  const nameOf = (id: number): OutputName => {
    const name = names.get(id)
    if (name) return name
    const constant = created.get(id) ?? describe(native, id)
    const constantName = graph.constant(constant.dtype, constant.shape, constant.content)
    names.set(id, constantName)
    types.set(id, constant.dtype)
    return constantName
  }

  const record = (op: string, attributes: NativeAttribute[], inputs: number[], outputs: TensorMetadata[]): void => {
    const inferred = opTypeAttributes[op]
    if (!inferred) throw new Error(`The op ${op} cannot be compiled yet: add its type attributes to opTypes`)
    const inputNames = inputs.map(nameOf)
    if (inputs.some((id) => dependent.has(id))) for (const { id } of outputs) dependent.add(id)
    if (op === 'Add' || op === 'AddV2' || op === 'AddN') {
      const [output] = outputs as [TensorMetadata]
      names.set(output.id, graph.sum(inputNames, output.dtype))
      types.set(output.id, output.dtype)
      created.delete(output.id)
      return
    }
    const written: Record<string, AttributeValue> = {}
    for (const [attribute, index] of Object.entries(inferred)) {
      const input = inputs.at(index)
      if (input === undefined) throw new Error(`The op ${op} lacks the input that gives its type ${attribute}`)
      written[attribute] = { type: types.get(input)! }
    }
    const list = opListCounts[op]
    if (list) written[list.attribute] = { int: inputs.length - list.skippedInputs }
    for (const attribute of attributes) written[attribute.name] = attributeOf(native, op, attribute)
    const node = graph.node(op, inputNames, written)
    outputs.forEach((output, index) => {
      names.set(output.id, `${node}:${index}`)
      types.set(output.id, output.dtype)
      created.delete(output.id)
    })
  }

  // The native object is frozen: hook a copy of it for as long as the trace lasts.
  const hooked = Object.create(null) as NativeBinding & Record<string, unknown>
  for (const key of Object.getOwnPropertyNames(native)) {
    const member = (native as unknown as Record<string, unknown>)[key]
    ;(hooked as Record<string, unknown>)[key] = typeof member === 'function' ? member.bind(native) : member
  }
  const execute = (op: string, attributes: NativeAttribute[], inputs: number[], count: number): TensorMetadata[] => {
    const computed = (): TensorMetadata[] => native.executeOp(op, attributes, inputs.map(standIns.real), count)
    // What does not depend on the inputs may be read back.
    if (!inputs.some((id) => dependent.has(id))) return computed()
    const known = inputs.map((id): KnownInput | undefined => created.get(id) ?? shapes.get(id))
    if (known.includes(undefined)) return computed()
    const key = shapeKey(op, attributes, known as KnownInput[])
    const recalled = recalledShapes(key)
    if (recalled) return recalled.map(standIns.make)
    const outputs = computed()
    if (outputs.every(standIns.possible)) rememberShapes(key, outputs)
    return outputs
  }
  hooked.executeOp = (op, attributes, inputs, count) => {
    const outputs = execute(op, attributes, inputs, count)
    record(op, attributes, inputs, outputs)
    for (const { id, shape, dtype } of outputs) shapes.set(id, { shape, dtype })
    return outputs
  }
  hooked.tensorDataSync = (id) => native.tensorDataSync(standIns.real(id))
  hooked.createTensor = (shape, dtype, values) => {
    const id = native.createTensor(shape, dtype, values)
    names.delete(id)
    created.set(id, { shape: [...shape], dtype, content: contentOf(dtype, values) })
    types.set(id, dtype)
    return id
  }
  hooked.deleteTensor = (id) => {
    // Ids are never used again, but a deleted constant need not be remembered.
    created.delete(id)
    shapes.delete(id)
    standIns.remove(id)
  }
  const release = guard((dataId) => dependent.has(backend.tensorMap.get(dataId)?.id ?? NaN))
  backend.binding = hooked
  try {
    // Stand-ins mean nothing outside.
    let answers: OutputName[] = []
    tf.tidy(() => {
      answers = body().map((tensor) => nameOf(backend.getInputTensorIds([tensor])[0]!))
    })
    return answers
  } finally {
    backend.binding = native
    release()
  }
}

/**
 * Refuses, until it is released, what a graph would get wrong. Reads are caught where tensors are asked for their data, since tfjs's own
 * gather reads its indices merely to check their range.
 */
function guard(isDependent: (dataId: object) => boolean): () => void {
  const engine = tf.engine() as unknown as { readSync?(dataId: object): unknown; read?(dataId: object): unknown }
  const { readSync, read } = engine
  const checked = (dataId: object): void => {
    if (isDependent(dataId))
      throw new Error('The computation reads the values of a tensor back, so it depends on more than static shapes and cannot be compiled.')
  }
  // Own properties that hide the class's methods.
  engine.readSync = (dataId) => {
    checked(dataId)
    return readSync!.call(engine, dataId)
  }
  engine.read = (dataId) => {
    checked(dataId)
    return read!.call(engine, dataId)
  }
  const { random } = Math
  Math.random = () => {
    throw new Error(
      'The computation draws random numbers in JavaScript, which a program would repeat at every step. Draw them from the given noise.',
    )
  }
  return () => {
    delete engine.readSync
    delete engine.read
    Math.random = random
  }
}

/** Shape, type and bytes of a tensor that was made outside the trace; an Identity tells its metadata. */
function describe(native: NativeBinding, id: number): { shape: number[]; dtype: number; content: Uint8Array } {
  const copy = native.executeOp('Identity', [], [id], 1)[0]!
  const content = contentOf(copy.dtype, native.tensorDataSync(copy.id))
  native.deleteTensor(copy.id)
  return { shape: copy.shape, dtype: copy.dtype, content }
}

/** Bytes of a constant in TensorProto.tensor_content: little-endian, one byte for a boolean. */
function contentOf(dtype: number, values: ArrayBufferView): Uint8Array {
  if (dtype !== dataTypes.float32 && dtype !== dataTypes.int32 && dtype !== dataTypes.bool && dtype !== dataTypes.int64) {
    throw new Error(`Constants of TensorFlow type ${dtype} cannot be written into a graph`)
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
}
