import type { Domain } from '../../contract/domain'
import type { ExampleSource } from '../evaluation/exampleSource'
import { isSequence } from '../evaluation/windows'
import type { DataStatistics, Model } from '../models/model'

const EXAMPLES_AT_ONCE = 256

export interface FittingData {
  domain: Domain
  statistics: DataStatistics
  source: ExampleSource
  valid: ExampleSource
  breathe(): Promise<void>
}

/** Whether a model has a closed form, so that it is fitted in one pass instead of trained. */
export const isFitted = (model: Model): boolean => model.fit !== undefined || model.fitter !== undefined

export interface Fitted {
  parameters: Record<string, Float32Array>
  /** What was chosen on the validation split. */
  chosen: Readonly<Record<string, number>>
}

/** The parameters of a model's closed form: from the marginals alone, or from one pass over the examples. */
export async function fittedParameters(model: Model, { domain, statistics, source, valid, breathe }: FittingData): Promise<Fitted> {
  if (!model.fitter) return { parameters: model.fit!(statistics), chosen: {} }
  const fitter = model.fitter(statistics)
  for (const { split, add } of [
    { split: source, add: fitter.add },
    { split: valid, add: fitter.addValidation },
  ]) {
    if (!add) continue
    for await (const { levels, rows } of examplesOf(split, domain)) {
      add.call(fitter, levels, rows)
      await breathe()
    }
  }
  const parameters = await fitter.finish(breathe)
  return { parameters, chosen: fitter.chosen ?? {} }
}

async function* examplesOf(source: ExampleSource, domain: Domain): AsyncGenerator<{ levels: Float32Array; rows: number }> {
  if (isSequence(domain)) {
    for (let clip = 0; clip < source.count; clip++) yield { levels: await source.readWindow(clip, 0, source.lengthOf(clip)), rows: 1 }
    return
  }
  for (let first = 0; first < source.count; first += EXAMPLES_AT_ONCE) {
    const rows = Math.min(EXAMPLES_AT_ONCE, source.count - first)
    yield { levels: await source.read(Array.from({ length: rows }, (_value, offset) => first + offset), 0), rows }
  }
}
