import { type AttributeValue, dataTypes, encodeAttribute } from './attributes'
import { bytesField, varintField } from './protobuf'

/** A node's output, as TensorFlow writes it: 'name:index'. */
export type OutputName = string

/** Constants of so many bytes and fewer (shapes, axes, scalars) stand once, however often they are asked for. */
const SHARED_BYTES = 64

/** TensorFlow 2.21's producer version of GraphDef. */
const GRAPH_PRODUCER = 1882

/** A GraphDef under construction. Nodes are encoded as they come; names are unique by number. */
export class Graph {
  private readonly nodes: Buffer[] = []
  private count = 0
  private gate: string | null = null
  private readonly shared = new Map<string, OutputName>()

  get size(): number {
    return this.nodes.length
  }

  /** Adds a node and answers its name. `control` names nodes that must have run before. */
  node(
    op: string,
    inputs: readonly OutputName[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    control: readonly string[] = [],
    name = `${op}_${this.count++}`,
  ): string {
    const fields = [bytesField(1, name), bytesField(2, op)]
    for (const input of inputs) fields.push(bytesField(3, input))
    for (const dependency of control) fields.push(bytesField(3, `^${dependency}`))
    for (const [key, value] of Object.entries(attributes)) {
      fields.push(bytesField(5, Buffer.concat([bytesField(1, key), bytesField(2, encodeAttribute(value))])))
    }
    this.nodes.push(bytesField(1, Buffer.concat(fields)))
    return name
  }

  /**
   * The sum of the terms from left to right, always in this order. Without the control edge TensorFlow's graph optimizer would gather a
   * chain of additions into one AddN, and that begins with whichever term's memory it may reuse at the moment: rounding would differ from
   * run to run. The edge comes from a node of no use that no other pass may remove.
   */
  sum(terms: readonly OutputName[], dtype: number): OutputName {
    this.gate ??= this.node('VarHandleOp', [], {
      container: { string: '' },
      shared_name: { string: 'order_of_sums' },
      dtype: { type: dataTypes.float32 },
      shape: { shape: [] },
    })
    return terms.reduce((total, term) => `${this.node('AddV2', [total, term], { T: { type: dtype } }, [this.gate!])}:0`)
  }

  placeholder(dtype: number, shape: readonly number[], name?: string): OutputName {
    return `${this.node('Placeholder', [], { dtype: { type: dtype }, shape: { shape } }, [], name)}:0`
  }

  constant(dtype: number, shape: readonly number[], content: Uint8Array): OutputName {
    const key = content.byteLength <= SHARED_BYTES ? `${dtype}[${shape.join()}]${content.join()}` : null
    const known = key === null ? undefined : this.shared.get(key)
    if (known) return known
    const made: OutputName = `${this.node('Const', [], { dtype: { type: dtype }, value: { tensor: { dtype, shape, content } } })}:0`
    if (key !== null) this.shared.set(key, made)
    return made
  }

  scalar(value: number): OutputName {
    return this.constant(dataTypes.float32, [], new Uint8Array(Float32Array.of(value).buffer))
  }

  /** Bytes of a SavedModel holding this graph under the tag 'serve'. */
  savedModel(): Buffer {
    const graphDefinition = Buffer.concat([...this.nodes, bytesField(4, varintField(1, GRAPH_PRODUCER))])
    const metaInformation = bytesField(1, bytesField(4, 'serve'))
    return Buffer.concat([varintField(1, 1), bytesField(2, Buffer.concat([metaInformation, bytesField(2, graphDefinition)]))])
  }
}
