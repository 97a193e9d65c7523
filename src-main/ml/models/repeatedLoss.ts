import { ProgramBuilder } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import type { Parameters } from './model'

/** A loss that is asked again and again under other weights. */
export interface RepeatedLoss {
  /** Under weights that are in the place of those of their names. */
  under(moved: Parameters): number
  dispose(): void
}

/** Weights from which on tracing costs less than computing op by op what finite differences ask: four losses for each of them. */
const MANY = 16

/** The loss under the weights called `names`, op by op where they are few, else traced once and run as one native call. */
export function repeatedLoss(loss: (named: Parameters) => tf.Scalar, parameters: Parameters, names: readonly string[]): RepeatedLoss {
  if (names.length < MANY) return { under: (moved) => tf.tidy(() => loss({ ...parameters, ...moved }).dataSync()[0]!), dispose: () => {} }
  const builder = new ProgramBuilder()
  const wanted = names.map((name) => ({ name, dtype: 'float32' as const, shape: parameters[name]!.shape }))
  const { inputs, outputs } = builder.trace(wanted, [], (values) => [
    loss({ ...parameters, ...Object.fromEntries(names.map((name, index) => [name, values[index]!])) }),
  ])
  builder.entry('loss', inputs, outputs)
  const program = builder.load()
  return {
    under: (moved) =>
      tf.tidy(() =>
        program
          .run(
            'loss',
            names.map((name) => moved[name] ?? parameters[name]!),
          )[0]!
          .dataSync()[0]!,
      ),
    dispose: () => program.dispose(),
  }
}
