import { randomStream } from './random'

/** How one parameter starts (the same shape as ml/models' ParameterSpec). */
export interface InitializedParameter {
  name: string
  shape: readonly number[]
  init:
    | { kind: 'zeros' }
    | { kind: 'constant'; value: number }
    | { kind: 'normal'; standardDeviation: number }
    | { kind: 'uniform'; limit: number }
    | { kind: 'values'; values: Float32Array }
}

export type ParameterValues = Record<string, Float32Array>

/** Initial values of every parameter, each from the stream of its own name, so adding one parameter changes no other. */
export function initialParameters(specs: readonly InitializedParameter[], seed: number): ParameterValues {
  const values: ParameterValues = {}
  for (const spec of specs) {
    if (spec.name in values) throw new Error(`The model names two parameters '${spec.name}'.`)
    values[spec.name] = initialValues(spec, seed)
  }
  return values
}

function initialValues({ name, shape, init }: InitializedParameter, seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1)
  const values = new Float32Array(size)
  switch (init.kind) {
    case 'zeros':
      return values
    case 'constant':
      return values.fill(init.value)
    case 'normal': {
      randomStream(seed, `initialise/${name}`).fillNormal(values)
      return values.map((value) => value * init.standardDeviation)
    }
    case 'uniform': {
      randomStream(seed, `initialise/${name}`).fillUniform(values)
      return values.map((value) => (2 * value - 1) * init.limit)
    }
    case 'values':
      if (init.values.length !== size) {
        throw new Error(`Parameter '${name}' of shape [${shape.join(', ')}] needs ${size} initial values but was given ${init.values.length}.`)
      }
      values.set(init.values)
      return values
  }
}
