import { nativeBackend } from '../tensor/native'
import { createCompiledLearner } from './compiledLearner'
import { createEagerLearner } from './eagerLearner'
import type { Learner, LearnerOptions } from './learner'

/** The compiled learner where the engine and the model allow it, else the eager one: the same numbers, slower. */
export function createLearner(options: LearnerOptions): Learner {
  if (!nativeBackend()) return createEagerLearner(options)
  try {
    return createCompiledLearner(options)
  } catch (error) {
    // An op that programs cannot hold yet. Said aloud, since it costs speed; the process's error output ends up in its last words only.
    console.error(`Training runs op by op: ${error instanceof Error ? error.message : String(error)}`)
    return createEagerLearner(options)
  }
}
