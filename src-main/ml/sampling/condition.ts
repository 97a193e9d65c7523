import { framesRead } from '../../contract/localFeatures'
import { conditionNumbers } from '../models/conditionNumbers'
import type { Model } from '../models/model'

/** Numbers that one sample is conditioned on. */
const sizeOf = ({ conditioning }: Model, steps: number): number => (conditioning ? conditionNumbers(conditioning, steps) : 0)

/** Refuses a condition that does not fit the model or the number of samples. */
export function checkedCondition(model: Model, { count, steps }: { count: number; steps: number }, condition?: Float32Array): void {
  const { conditioning } = model
  if (!conditioning) {
    if (condition) throw new Error('This model is not conditioned on anything, so samples of a class cannot be drawn from it.')
    return
  }
  const size = sizeOf(model, steps)
  if (!condition)
    throw new Error(
      conditioning.kind === 'class'
        ? `This model is conditioned on ${conditioning.classes} classes: say which class each sample shall have.`
        : conditioning.kind === 'features'
          ? `This model is conditioned on features: give ${framesRead(conditioning, steps)} frames of ${conditioning.size} numbers for each sample.`
          : `This model is conditioned on a vector of ${size} numbers: give one for each sample.`,
    )
  if (condition.length !== count * size)
    throw new Error(`The condition holds ${condition.length} numbers; ${count} samples of ${size} need ${count * size}.`)
  if (conditioning.kind !== 'class') return
  const wrong = condition.find((value) => !Number.isInteger(value) || value < 0 || value >= conditioning.classes)
  if (wrong !== undefined) throw new Error(`There is no class ${wrong}: this model knows the classes 0 to ${conditioning.classes - 1}.`)
}

/** The condition of samples start … start + batch. */
export function conditionOf(model: Model, condition: Float32Array | undefined, { start, batch, steps }: { start: number; batch: number; steps: number }): Float32Array | undefined {
  const size = sizeOf(model, steps)
  return condition?.slice(start * size, (start + batch) * size)
}
