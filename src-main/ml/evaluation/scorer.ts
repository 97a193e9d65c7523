import type { Model } from '../models/model'
import { nativeBackend } from '../tensor/native'
import { ProgramBuilder } from '../tensor/program/program'
import type { Program } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import { addLogProbEntry, eagerLogProb, programLogProb } from './logProb'
import type { LogProbFunction } from './logProb'

export interface Scorer {
  logProb: LogProbFunction
  dispose(): void
}

type Weights = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>

/**
 * Log-probabilities under fixed weights for batches of one shape [B, L]; one native call per batch where the model compiles. `seed`: of a
 * bound's noise.
 */
export function createScorer(model: Model, weights: Weights, batchShape: [number, number], seed = 0): Scorer {
  return (nativeBackend() ? compiledScorer(model, weights, batchShape, seed) : null) ?? eagerScorer(model, weights, seed)
}

export function eagerScorer(model: Model, weights: Weights, seed = 0): Scorer {
  const parameters = Object.fromEntries(
    model.parameters.map(({ name, shape }) => [name, tf.keep(tf.tensor(weights.get(name)!.data, [...shape]))]),
  )
  return {
    logProb: eagerLogProb(model, () => parameters, seed),
    dispose: () => tf.dispose(parameters),
  }
}

function compiledScorer(model: Model, weights: Weights, batchShape: [number, number], seed: number): Scorer | null {
  let program: Program
  try {
    const builder = new ProgramBuilder()
    for (const { name, shape } of model.parameters) builder.variable({ name, shape })
    addLogProbEntry(builder, model, 'logProb', batchShape)
    builder.writeEntry('write', model.parameters)
    program = builder.load()
  } catch {
    // A family with an op that programs cannot hold yet runs op by op: slower, the same numbers.
    return null
  }
  tf.tidy(() => {
    program.run(
      'write',
      model.parameters.map(({ name, shape }) => tf.tensor(weights.get(name)!.data, [...shape])),
    )
  })
  return { logProb: programLogProb(program, model, 'logProb', seed), dispose: () => program.dispose() }
}
