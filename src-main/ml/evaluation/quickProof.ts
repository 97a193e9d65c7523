import type { Domain } from '../../contract/domain'
import type { Model, Parameters } from '../models/model'
import { initialParameters } from '../tensor/initialize'
import { nativeBackend } from '../tensor/native'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { checkCausality, NotFiniteError } from './causality'
import type { CausalityOptions, CausalityReport } from './causality'

export interface QuickProof extends CausalityReport {
  /** Groups of weights ('blocks.3', 'hidden.0', 'output') through which the first leak runs; empty without a leak, or when it passes by all weights. */
  through: string[]
  seconds: number
}

export interface QuickProofOptions {
  /** Of one example's forward pass; sets how many rows are computed at once. */
  multiplyAdds: number
  /** Memory that one row of a batch takes; no more rows at once than a training would have. */
  bytesPerRow?: number
  /** When to stop looking at further positions; the first batch is always completed. */
  seconds?: number
  seed?: number
}

/** Multiply-adds of one batch of the proof: a fraction of a second. */
const NATIVE_WORK = 4e9
const PORTABLE_WORK = 2e8
/** Memory of one batch of the proof, so that it is no more than training takes anyway. */
const MOST_BYTES = 80e6
/** Positions are changed until the time is used up, a few at least. */
const PERTURBATIONS = 256
const GRADIENTS = 8

/**
 * The numerical proof in about a second, whatever the size of the model: changes of some positions, in random order, and gradients of
 * some conditionals while time is left. On a leak, the weights it runs through are found by putting each group of them to zero in turn.
 */
export function proveQuickly(model: Model, domain: Domain, options: QuickProofOptions): QuickProof {
  try {
    return proveWith(model, domain, 1.3, options)
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error
    return proveWith(model, domain, 0.3, options)
  }
}

function proveWith(model: Model, domain: Domain, gain: number, { multiplyAdds, bytesPerRow = 0, seconds = 0.7, seed = 0 }: QuickProofOptions): QuickProof {
  const started = performance.now()
  const work = nativeBackend() ? NATIVE_WORK : PORTABLE_WORK
  const rows = Math.max(1, Math.min(63, Math.floor(Math.min(work / Math.max(1, multiplyAdds), MOST_BYTES / Math.max(1, bytesPerRow))) - 2))
  const parameters = probeWeights(model, gain, seed)
  try {
    const report = checkCausality(model, parameters, domain, { seed, rows, seconds, perturbations: PERTURBATIONS, gradients: GRADIENTS })
    // The same positions again, for which no more than what has been looked at is needed.
    const again = { seed, rows, seconds, perturbations: PERTURBATIONS, gradients: 0 }
    const through = report.leaks.length > 0 ? groupsOfLeak(model, parameters, domain, again) : []
    return { ...report, through, seconds: (performance.now() - started) / 1000 }
  } finally {
    tf.dispose(parameters)
  }
}

/** 'blocks.3.spread.weight' -> 'blocks.3'; 'output.weight' -> 'output'. */
const groupOf = (name: string): string => /^[^.]+\.\d+(?=\.|$)/.exec(name)?.[0] ?? name.split('.')[0]!

/**
 * Groups without whose weights nothing leaks; of these, those without which information still flows, where there are such: a chain carries
 * nothing at all when any of its links is cut.
 */
function groupsOfLeak(model: Model, parameters: Parameters, domain: Domain, options: CausalityOptions): string[] {
  const groups = [...new Set(model.parameters.map(({ name }) => groupOf(name)))]
  const tight = groups.flatMap((group) => {
    const cut = Object.fromEntries(model.parameters.map(({ name }) => [name, groupOf(name) === group ? tf.zerosLike(parameters[name]!) : parameters[name]!]))
    try {
      const { leaks, influential } = checkCausality(model, cut, domain, options)
      return leaks.length === 0 ? [{ group, flows: influential > 0 }] : []
    } finally {
      for (const [name, tensor] of Object.entries(cut)) if (tensor !== parameters[name]) tensor.dispose()
    }
  })
  const flowing = tight.filter(({ flows }) => flows)
  return (flowing.length > 0 ? flowing : tight).map(({ group }) => group)
}

/** A prime, so that the rows of no matrix are alike. */
const TABLE = 65_521

/** Weights far from uniform and from symmetric, as `farFromUniform`, but quick for hundreds of millions: one table of normals, read round and round. */
function probeWeights(model: Model, gain: number, seed: number): Record<string, tf.Tensor> {
  const table = randomStream(seed, 'proof').fillNormal(new Float32Array(TABLE))
  return Object.fromEntries(
    model.parameters.map((parameter, index) => {
      const { name, shape } = parameter
      if (parameter.structure) return [name, tf.tensor(initialParameters([parameter], seed)[name]!, shape)]
      const size = shape.reduce((product, length) => product * length, 1)
      const scale = gain / Math.sqrt(shape.length > 1 ? size / shape.at(-1)! : 16)
      const values = new Float32Array(size)
      for (let at = 0, from = (index * 7919) % TABLE; at < size; at++, from = from + 1 === TABLE ? 0 : from + 1) values[at] = table[from]! * scale
      return [name, tf.tensor(values, shape)]
    }),
  )
}
