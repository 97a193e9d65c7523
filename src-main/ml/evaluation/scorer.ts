import type { Model } from '../models/model'
import { nativeBackend } from '../tensor/native'
import { ProgramBuilder } from '../tensor/program/program'
import type { Program } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import { logProbPerDimension } from './logProb'
import type { LogProbFunction } from './logProb'

export interface Scorer {
  logProb: LogProbFunction
  dispose(): void
}

type Weights = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>

/** Log-probabilities under fixed weights for batches of one shape [B, L]; one native call per batch where the model compiles. */
export function createScorer(model: Model, weights: Weights, batchShape: [number, number]): Scorer {
  return (nativeBackend() ? compiledScorer(model, weights, batchShape) : null) ?? eagerScorer(model, weights)
}

export function eagerScorer(model: Model, weights: Weights): Scorer {
  const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.keep(tf.tensor(weights.get(name)!.data, [...shape]))]))
  return {
    logProb: (x) => tf.tidy(() => logProbPerDimension(model, parameters, x)),
    dispose: () => tf.dispose(parameters),
  }
}

function compiledScorer(model: Model, weights: Weights, batchShape: [number, number]): Scorer | null {
  let program: Program
  try {
    const builder = new ProgramBuilder()
    const names = model.parameters.map(({ name, shape }) => {
      builder.variable({ name, shape })
      return name
    })
    const { inputs, outputs } = builder.trace([{ name: 'levels', dtype: 'float32', shape: batchShape }], names, ([levels], values) => [logProbPerDimension(model, values, levels!)])
    builder.entry('logProb', inputs, outputs)
    builder.writeEntry('write', model.parameters)
    program = builder.load()
  } catch {
    // A family with an op that programs cannot hold yet runs op by op: slower, the same numbers.
    return null
  }
  tf.tidy(() => {
    program.run('write', model.parameters.map(({ name, shape }) => tf.tensor(weights.get(name)!.data, [...shape])))
  })
  return { logProb: (x) => program.run('logProb', [x])[0]!, dispose: () => program.dispose() }
}
