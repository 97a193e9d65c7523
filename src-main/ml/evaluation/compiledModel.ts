import type { Model, Parameters } from '../models/model'
import { parameterOf } from '../models/parameterOf'
import { ProgramBuilder } from '../tensor/program/program'
import type { EntryInput, Program } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import { conditionShape } from './condition'
import { logProbPerDimension } from './logProb'

type Kind = 'conditionals' | 'logProb'
interface Trace {
  kind: Kind
  /** [B, L] */
  shape: readonly [number, number]
  program: Program
}

export interface CompiledModel {
  /**
   * The model with `conditionals` and `logProbPerDimension` as native calls under the weights below, whatever parameters they are given.
   */
  model: Model
  /** Shapes that are compiled at present. */
  readonly traces: readonly { kind: Kind; shape: readonly [number, number] }[]
  /** Sets the weights of every trace. */
  write(parameters: Parameters): void
  dispose(): void
}

/** Traces kept; each is a session with its own copy of the weights. */
const MOST_TRACES = 4
/** A smaller batch is filled up to a compiled shape that is at most so many times larger, instead of compiling another. */
const MOST_PADDING = 4

/**
 * A model whose forward passes run as compiled programs, for naive sampling and for inspecting: one trace for each shape of x, the latest
 * few kept. Rows of a batch are independent and later samples of a time series change no earlier conditional, so x is filled up with zeros
 * to a shape that is compiled already, and only the wanted part of the result is answered. Throws when an op cannot be compiled.
 */
export function compileModel(model: Model, parameters: Parameters, most: number = MOST_TRACES): CompiledModel {
  const names = model.parameters.map(({ name }) => name)
  const kept = Object.fromEntries(names.map((name) => [name, tf.keep(parameterOf(parameters, name).clone())]))
  /** Latest last. */
  let traces: Trace[] = []
  const series = model.ordering === null

  function compile(kind: Kind, shape: [number, number]): Program {
    const builder = new ProgramBuilder()
    for (const { name, shape: size } of model.parameters) builder.variable({ name, shape: size })
    const wanted: EntryInput[] = [{ name: 'levels', dtype: 'float32', shape }]
    if (model.conditioning) wanted.push({ name: 'condition', dtype: 'float32', shape: conditionShape(model.conditioning, ...shape) })
    const { inputs, outputs } = builder.trace(wanted, names, ([x, condition], values) => [
      kind === 'logProb' ? logProbPerDimension(model, values, x!, condition) : model.conditionals(values, x!, condition),
    ])
    builder.entry(kind, inputs, outputs)
    builder.writeEntry('write', model.parameters)
    const program = builder.load()
    write(program)
    return program
  }

  function write(program: Program): void {
    tf.dispose(
      program.run(
        'write',
        names.map((name) => kept[name]!),
      ),
    )
  }

  function traceFor(kind: Kind, rows: number, length: number): Trace {
    const size = (shape: readonly [number, number]): number => shape[0] * shape[1]
    const fits = traces
      .filter((trace) => trace.kind === kind && trace.shape[0] >= rows && (series ? trace.shape[1] >= length : trace.shape[1] === length))
      .filter(({ shape }) => size(shape) <= MOST_PADDING * rows * length)
      .sort((a, b) => size(a.shape) - size(b.shape))
    let trace = fits[0]
    if (!trace) {
      // Lengths of a growing series are rounded up, else each would need a trace of its own.
      const shape: [number, number] = [rows, series ? 2 ** Math.ceil(Math.log2(length)) : length]
      trace = { kind, shape, program: compile(kind, shape) }
    }
    traces = [...traces.filter((other) => other !== trace), trace]
    while (traces.length > most) traces.shift()!.program.dispose()
    return trace
  }

  function run(kind: Kind, x: tf.Tensor, condition?: tf.Tensor): tf.Tensor {
    if (model.conditioning && !condition) throw new Error('The model is conditioned, but its condition was not given.')
    return tf.tidy(() => {
      const [rows, length] = x.shape as [number, number]
      const { shape, program } = traceFor(kind, rows, length)
      const whole = shape[0] === rows && shape[1] === length
      const given = [filled(x, shape), ...(model.conditioning ? [filled(condition!, conditionShape(model.conditioning, ...shape))] : [])]
      const result = program.run(kind, given)[0]!
      return whole
        ? result
        : tf.slice(
            result,
            result.shape.map(() => 0),
            [rows, length, ...result.shape.slice(2)],
          )
    })
  }

  return {
    model: {
      ...model,
      conditionals: (_parameters, x, condition) => run('conditionals', x, condition),
      logProbPerDimension: (_parameters, x, condition) => run('logProb', x, condition),
    },
    get traces() {
      return traces.map(({ kind, shape }) => ({ kind, shape }))
    },
    write(next) {
      for (const name of names) {
        tf.dispose(kept[name]!)
        kept[name] = tf.keep(parameterOf(next, name).clone())
      }
      for (const { program } of traces) write(program)
    },
    dispose() {
      for (const { program } of traces) program.dispose()
      traces = []
      tf.dispose(kept)
    },
  }
}

/** x with zeros behind it on each axis, up to `shape`. */
function filled(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (x.shape.every((size, axis) => size === shape[axis])) return x
  return tf.pad(
    x,
    x.shape.map((size, axis): [number, number] => [0, shape[axis]! - size]),
  )
}
