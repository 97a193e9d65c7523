import { ORPCError, implement } from '@orpc/server'
import { classify } from './classify'
import { completable } from './completable'
import { conditionals } from './conditionals'
import { examine } from './examine'
import { features } from './features'
import { startEngine } from '../ml/tensor/startEngine'
import { tf } from '../ml/tensor/tf'
import { engineProtocol } from './protocol'
import { prove } from './prove'
import { score } from './score'
import { sample } from './sample'
import { teacherForced } from './teacherForced'
import { timeSteps } from './timeSteps'
import { control, train } from './train'

const engine = implement(engineProtocol)

/** Errors cross the channel with their words and their name; oRPC hides those of any other kind. */
function reported(error: unknown): unknown {
  if (error instanceof ORPCError) return error
  const { message, name } = error instanceof Error ? error : new Error(String(error))
  return new ORPCError('ENGINE_ERROR', { message, data: { kind: name }, cause: error })
}

async function* reporting<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* source
  } catch (error) {
    throw reported(error)
  }
}

export const engineRouter = engine.router({
  start: engine.start.handler(({ input }) => startEngine(input).catch((error: unknown) => Promise.reject(reported(error)))),
  ping: engine.ping.handler(() => ({ memoryBytes: process.memoryUsage.rss(), tensors: tf.getBackend() ? tf.memory().numTensors : 0 })),
  prove: engine.prove.handler(({ input }) => prove(input).catch((error: unknown) => Promise.reject(reported(error)))),
  timeSteps: engine.timeSteps.handler(({ input, signal }) => timeSteps(input, signal).catch((error: unknown) => Promise.reject(reported(error)))),
  completable: engine.completable.handler(({ input }) => completable(input).catch((error: unknown) => Promise.reject(reported(error)))),
  train: engine.train.handler(({ input, signal }) => reporting(train(input, signal))),
  control: engine.control.handler(({ input }) => {
    control(input.action)
    return { ok: true } as const
  }),
  sample: engine.sample.handler(({ input, signal }) => reporting(sample(input, signal))),
  score: engine.score.handler(({ input, signal }) => reporting(score(input, signal))),
  examine: engine.examine.handler(({ input, signal }) => reporting(examine(input, signal))),
  features: engine.features.handler(({ input, signal }) => reporting(features(input, signal))),
  conditionals: engine.conditionals.handler(({ input }) => conditionals(input).catch((error: unknown) => Promise.reject(reported(error)))),
  teacherForced: engine.teacherForced.handler(({ input, signal }) => teacherForced(input, signal).catch((error: unknown) => Promise.reject(reported(error)))),
  classify: engine.classify.handler(({ input, signal }) => reporting(classify(input, signal))),
})
