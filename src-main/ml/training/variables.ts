import { attributes, nativeBackend } from '../tensor/native'
import type { NativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { TensorMap } from './learner'

export interface AdamConstants {
  beta1: number
  beta2: number
  epsilon: number
}

/**
 * A set of named variables that Adam updates (Kingma & Ba 2015, algorithm 1, with the bias corrections folded into the rate):
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε).
 */
export interface Variables {
  /** New tensors of the present values, to be disposed by the caller (or a tidy). */
  read(part: Part): Record<string, tf.Tensor>
  write(part: Part, values: TensorMap): void
  /** Gradients in the order of the names. */
  applyAdam(gradients: readonly tf.Tensor[], rate: number, step: number): void
  /** average ← average + (1 − decay)(weights − average) */
  updateAverage(decay: number): void
  dispose(): void
}

export const parts = ['weights', 'ema', 'firstMoment', 'secondMoment'] as const
export type Part = (typeof parts)[number]

export function createVariables(specs: readonly { name: string; shape: readonly number[] }[], constants: AdamConstants): Variables {
  const native = nativeBackend()
  return native ? nativeVariables(native, specs, constants) : portableVariables(specs, constants)
}

/** Variables as tensors, updated by plain tfjs ops: runs on any backend. */
export function portableVariables(specs: readonly { name: string; shape: readonly number[] }[], { beta1, beta2, epsilon }: AdamConstants): Variables {
  const values = new Map<string, tf.Tensor>()
  const key = (part: Part, name: string): string => `${part}:${name}`
  const set = (part: Part, name: string, value: tf.Tensor): void => {
    values.get(key(part, name))?.dispose()
    values.set(key(part, name), tf.keep(value))
  }
  for (const part of parts) for (const { name, shape } of specs) set(part, name, tf.zeros([...shape]))
  return {
    read: (part) => Object.fromEntries(specs.map(({ name }) => [name, values.get(key(part, name))!.clone()])),
    write(part, tensors) {
      for (const { name, shape } of specs) set(part, name, tf.tensor(tensors.get(name)!.data, [...shape]))
    },
    applyAdam(gradients, rate, step) {
      const scaled = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)
      specs.forEach(({ name }, index) => {
        const [weights, first, second] = tf.tidy(() => {
          const gradient = gradients[index]!
          const m = tf.add(tf.mul(values.get(key('firstMoment', name))!, beta1), tf.mul(gradient, 1 - beta1))
          const v = tf.add(tf.mul(values.get(key('secondMoment', name))!, beta2), tf.mul(tf.square(gradient), 1 - beta2))
          const w = tf.sub(values.get(key('weights', name))!, tf.div(tf.mul(m, scaled), tf.add(tf.sqrt(v), epsilon)))
          return [w, m, v] as const
        })
        set('weights', name, weights)
        set('firstMoment', name, first)
        set('secondMoment', name, second)
      })
    },
    updateAverage(decay) {
      for (const { name } of specs) {
        set('ema', name, tf.tidy(() => averaged(values.get(key('ema', name))!, values.get(key('weights', name))!, decay)))
      }
    },
    dispose() {
      tf.dispose([...values.values()])
    },
  }
}

const averaged = (average: tf.Tensor, weights: tf.Tensor, decay: number): tf.Tensor => tf.add(average, tf.mul(tf.sub(weights, average), 1 - decay))

let created = 0

/** Variables as TensorFlow's own, updated in place by its fused op. */
export function nativeVariables(native: NativeBackend, specs: readonly { name: string; shape: readonly number[] }[], { beta1, beta2, epsilon }: AdamConstants): Variables {
  const { float32, string, shape: shapeAttribute, boolean } = attributes(native)
  const dtype = float32('dtype')
  const handles = new Map<string, tf.Tensor>()
  const key = (part: Part, name: string): string => `${part}:${name}`
  const assign = (part: Part, name: string, value: tf.Tensor): void => {
    native.executeMultipleOutputs('AssignVariableOp', [dtype], [handles.get(key(part, name))!, value], 0)
  }
  /** A copy, since the memory of a tensor made from JavaScript may be let go in JavaScript's thread alone. */
  const assignCopy = (part: Part, name: string, value: tf.Tensor): void => assign(part, name, native.executeSingleOutput('Snapshot', [float32()], [value]))
  const readOne = (part: Part, name: string): tf.Tensor => native.executeSingleOutput('ReadVariableOp', [dtype], [handles.get(key(part, name))!])
  tf.tidy(() => {
    for (const part of parts) {
      for (const { name, shape } of specs) {
        const handle = native.executeSingleOutput('VarHandleOp', [string('container', ''), string('shared_name', `chainrule_${created++}`), dtype, shapeAttribute('shape', shape)], [])
        handles.set(key(part, name), tf.keep(handle))
        assignCopy(part, name, tf.zeros([...shape]))
      }
    }
  })
  return {
    read: (part) => Object.fromEntries(specs.map(({ name }) => [name, readOne(part, name)])),
    write(part, tensors) {
      tf.tidy(() => {
        for (const { name, shape } of specs) assignCopy(part, name, tf.tensor(tensors.get(name)!.data, [...shape]))
      })
    },
    applyAdam(gradients, rate, step) {
      tf.tidy(() => {
        const scalars = [beta1 ** step, beta2 ** step, rate, beta1, beta2, epsilon].map((value) => tf.scalar(value))
        specs.forEach(({ name }, index) => {
          const variables = (['weights', 'firstMoment', 'secondMoment'] as const).map((part) => handles.get(key(part, name))!)
          native.executeMultipleOutputs('ResourceApplyAdam', [float32(), boolean('use_locking', false), boolean('use_nesterov', false)], [...variables, ...scalars, gradients[index]!], 0)
        })
      })
    },
    updateAverage(decay) {
      tf.tidy(() => {
        for (const { name } of specs) assign('ema', name, averaged(readOne('ema', name), readOne('weights', name), decay))
      })
    },
    dispose() {
      for (const handle of handles.values()) {
        native.executeMultipleOutputs('DestroyResourceOp', [boolean('ignore_lookup_error', true)], [handle], 0)
        handle.dispose()
      }
    },
  }
}
