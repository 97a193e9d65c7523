import { nativeBackend } from '../ml/tensor/native'
import { compileModel } from '../ml/evaluation/compiledModel'
import { conditionTensor } from '../ml/evaluation/condition'
import type { Model } from '../ml/models/model'
import { tf } from '../ml/tensor/tf'
import type { TensorMap } from '../ml/training/learner'
import { tensorsOf } from './gallery'

export interface ConditionalsUnderWeights {
  /** Distribution parameters of every conditional, x [rows × D] -> [rows × D × P]; with `entropies`, also those [rows × D] in nats. */
  of(batch: { values: Float32Array; rows: number; condition: Float32Array | null; entropies: boolean }): {
    parameters: Float32Array
    entropies: Float32Array | null
  }
  dispose(): void
}

/** The conditionals of a model under fixed weights: compiled where that pays and can be done, else op by op. */
export function conditionalsUnder(model: Model, weights: TensorMap, dimensions: number, { compile }: { compile: boolean }): ConditionalsUnderWeights {
  const parameters = tensorsOf(weights)
  const compiled = compile && nativeBackend() ? compileModel(model, parameters) : null
  let used: Model = compiled?.model ?? model
  return {
    of({ values, rows, condition, entropies }) {
      let answer: ReturnType<ConditionalsUnderWeights['of']> = { parameters: new Float32Array(0), entropies: null }
      tf.tidy(() => {
        const x = tf.tensor2d(values, [rows, dimensions])
        const given = conditionTensor(model, condition, rows, dimensions)
        let result: tf.Tensor
        try {
          result = used.conditionals(parameters, x, given)
        } catch (error) {
          if (used === model) throw error
          // A family with an op that programs cannot hold runs op by op: slower, the same numbers.
          used = model
          result = model.conditionals(parameters, x, given)
        }
        answer = {
          parameters: result.dataSync() as Float32Array,
          entropies: entropies ? (model.distribution.entropy(result).dataSync() as Float32Array) : null,
        }
      })
      return answer
    },
    dispose() {
      compiled?.dispose()
      tf.dispose(parameters)
    },
  }
}
