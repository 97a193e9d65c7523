import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf'
import { dataTypes } from './attributes'
import type { NativeBackend } from './binding'
import { Graph, type OutputName } from './graph'
import { trace } from './trace'

export interface VariableSpec {
  name: string
  shape: readonly number[]
}

export interface EntryInput {
  name: string
  dtype: 'float32' | 'int32'
  shape: readonly number[]
}

interface Entry {
  inputs: OutputName[]
  outputs: OutputName[]
}

const FLOAT = { type: dataTypes.float32 }

/**
 * Builds a program: one TensorFlow session whose variables never leave it and whose entry points each run as one native call.
 * Every entry is traced from an eager function once, at fixed shapes.
 */
export class ProgramBuilder {
  readonly graph = new Graph()
  private readonly variables = new Map<string, { handle: OutputName; shape: readonly number[] }>()
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly backend: NativeBackend = tf.backend() as unknown as NativeBackend) {}

  variable({ name, shape }: VariableSpec): OutputName {
    const attributes = { container: { string: '' }, shared_name: { string: name }, dtype: FLOAT, shape: { shape } }
    const handle: OutputName = `${this.graph.node('VarHandleOp', [], attributes)}:0`
    this.variables.set(name, { handle, shape })
    return handle
  }

  /**
   * An entry that sets all the given variables from its inputs, in their order. TensorFlow prepares the graph anew for every entry, so one
   * for many variables is much quicker than one for each.
   */
  writeEntry(entry: string, variables: readonly VariableSpec[]): void {
    const given = variables.map(({ shape }) => this.graph.placeholder(dataTypes.float32, shape))
    // A copy, for the memory of a fed tensor belongs to JavaScript: a variable that held on to it would let it go in one of TensorFlow's
    // threads, where Node-API must not be called.
    const copies = given.map((value): OutputName => `${this.graph.node('Snapshot', [value], { T: FLOAT })}:0`)
    const assigned = variables.map(({ name }, index) => this.assign(name, copies[index]!))
    this.entries.set(entry, { inputs: given, outputs: [this.done(assigned)] })
  }

  handle(name: string): OutputName {
    const variable = this.variables.get(name)
    if (!variable) throw new Error(`The program has no variable '${name}'`)
    return variable.handle
  }

  /** The variable's value after the `control` nodes have run. */
  read(name: string, control: readonly string[] = []): OutputName {
    return `${this.graph.node('ReadVariableOp', [this.handle(name)], { dtype: FLOAT }, control)}:0`
  }

  assign(name: string, value: OutputName, control: readonly string[] = []): string {
    return this.graph.node('AssignVariableOp', [this.handle(name), value], { dtype: FLOAT }, control)
  }

  /** A fetchable that exists once all `control` nodes have run. */
  done(control: readonly string[], value: OutputName = this.graph.scalar(0)): OutputName {
    return `${this.graph.node('Identity', [value], { T: FLOAT }, control)}:0`
  }

  /**
   * Traces `body` into the graph. Variables named in `variables` are given to it as tensors (their present values do not matter).
   * Answers graph names; `entry` makes them callable.
   */
  trace(
    inputs: readonly EntryInput[],
    variables: readonly string[],
    body: (inputs: Tensor[], variables: Record<string, Tensor>) => Tensor[],
  ): { inputs: OutputName[]; outputs: OutputName[] } {
    const known = new Map<Tensor, OutputName>()
    const inputTensors = inputs.map((input) => tf.zeros([...input.shape], input.dtype))
    const inputNames = inputs.map((input) => this.graph.placeholder(dataTypes[input.dtype], input.shape))
    inputTensors.forEach((tensor, index) => known.set(tensor, inputNames[index]!))
    const values: Record<string, Tensor> = {}
    for (const name of variables) {
      const tensor = tf.zeros([...this.variables.get(name)!.shape])
      values[name] = tensor
      known.set(tensor, this.read(name))
    }
    let outputs: OutputName[] = []
    tf.tidy(() => {
      outputs = trace(this.graph, this.backend, known, () => body(inputTensors, values))
    })
    tf.dispose([...known.keys()])
    return { inputs: inputNames, outputs }
  }

  entry(name: string, inputs: OutputName[], outputs: OutputName[]): void {
    this.entries.set(name, { inputs, outputs })
  }

  load(): Program {
    const folder = mkdtempSync(join(tmpdir(), 'chainrule-program-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), this.graph.savedModel())
      return new Program(this.backend, this.backend.binding.loadSavedModel(folder, 'serve'), this.entries, this.graph.size)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** A loaded program; dispose it to free its session and variables. */
export class Program {
  constructor(
    private readonly backend: NativeBackend,
    private readonly session: number,
    private readonly entries: ReadonlyMap<string, Entry>,
    readonly nodes: number,
  ) {}

  run(name: string, inputs: readonly Tensor[]): Tensor[] {
    const entry = this.entries.get(name)
    if (!entry) throw new Error(`The program has no entry '${name}'`)
    const ids = this.backend.getInputTensorIds(inputs)
    return this.backend.binding
      .runSavedModel(this.session, ids, entry.inputs.join(), entry.outputs.join())
      .map((metadata) => this.backend.createOutputTensor(metadata))
  }

  dispose(): void {
    this.backend.binding.deleteSavedModel(this.session)
  }
}
