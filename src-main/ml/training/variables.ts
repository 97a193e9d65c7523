import { attributes, nativeBackend } from '../tensor/native'
import type { NativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { UpdateOperand } from '../tensor/program/updateRule'
import type { TensorMap } from './learner'
import type { Optimizer } from './optimizers'

/** A set of named variables that an optimizer updates, for learners that run op by op. */
export interface Variables {
  /** New tensors of the present values, to be disposed by the caller (or a tidy). */
  read(part: Part): Record<string, tf.Tensor>
  write(part: Part, values: TensorMap): void
  /** Gradients in the order of the names; `fed` are the optimizer's scalars of this step. */
  apply(gradients: readonly tf.Tensor[], fed: readonly number[]): void
  /** average ← average + (1 − decay)(weights − average) */
  updateAverage(decay: number): void
  dispose(): void
}

/** The weights, their moving average, or what the optimizer keeps under a name of its own. */
export type Part = 'weights' | 'ema' | { slot: string }

type Specs = readonly { name: string; shape: readonly number[] }[]

const partsOf = ({ rule }: Optimizer): Part[] => ['weights', 'ema', ...rule.slots.map((slot) => ({ slot }))]
const keyOf = (part: Part, name: string): string => (typeof part === 'string' ? `${part}:${name}` : `slot.${part.slot}:${name}`)

export function createVariables(specs: Specs, optimizer: Optimizer): Variables {
  const native = nativeBackend()
  return native ? nativeVariables(native, specs, optimizer) : portableVariables(specs, optimizer)
}

/** Variables as tensors, updated by plain tfjs ops: runs on any backend. */
export function portableVariables(specs: Specs, optimizer: Optimizer): Variables {
  const slots = optimizer.rule.slots.map((slot): Part => ({ slot }))
  const values = new Map<string, tf.Tensor>()
  const get = (part: Part, name: string): tf.Tensor => values.get(keyOf(part, name))!
  const set = (part: Part, name: string, value: tf.Tensor): void => {
    values.get(keyOf(part, name))?.dispose()
    values.set(keyOf(part, name), tf.keep(value))
  }
  for (const part of partsOf(optimizer)) for (const { name, shape } of specs) set(part, name, tf.zeros([...shape]))
  return {
    read: (part) => Object.fromEntries(specs.map(({ name }) => [name, get(part, name).clone()])),
    write(part, tensors) {
      for (const { name, shape } of specs) set(part, name, tf.tensor(tensors.get(name)!.data, [...shape]))
    },
    apply(gradients, fed) {
      specs.forEach(({ name }, index) => {
        const kept = slots.map((slot) => get(slot, name))
        const [weights, ...rest] = tf.tidy(() => optimizer.plain(get('weights', name), kept, gradients[index]!, fed))
        set('weights', name, weights)
        rest.forEach((value, at) => set(slots[at]!, name, value))
      })
    },
    updateAverage(decay) {
      for (const { name } of specs)
        set(
          'ema',
          name,
          tf.tidy(() => averaged(get('ema', name), get('weights', name), decay)),
        )
    },
    dispose() {
      tf.dispose([...values.values()])
    },
  }
}

const averaged = (average: tf.Tensor, weights: tf.Tensor, decay: number): tf.Tensor =>
  tf.add(average, tf.mul(tf.sub(weights, average), 1 - decay))

let created = 0

/** Variables as TensorFlow's own, updated in place by its fused ops. */
export function nativeVariables(native: NativeBackend, specs: Specs, optimizer: Optimizer): Variables {
  const { rule } = optimizer
  const { float32, string, shape: shapeAttribute, boolean } = attributes(native)
  const dtype = float32('dtype')
  const handles = new Map<string, tf.Tensor>()
  const handle = (part: Part, name: string): tf.Tensor => handles.get(keyOf(part, name))!
  const run = (op: string, inputs: tf.Tensor[], given = [dtype]): void => void native.executeMultipleOutputs(op, given, inputs, 0)
  /** A copy, since the memory of a tensor made from JavaScript may be let go in JavaScript's thread alone. */
  const assignCopy = (part: Part, name: string, value: tf.Tensor): void =>
    run('AssignVariableOp', [handle(part, name), native.executeSingleOutput('Snapshot', [float32()], [value])])
  const readOne = (part: Part, name: string): tf.Tensor => native.executeSingleOutput('ReadVariableOp', [dtype], [handle(part, name)])
  tf.tidy(() => {
    for (const part of partsOf(optimizer)) {
      for (const { name, shape } of specs) {
        const made = native.executeSingleOutput(
          'VarHandleOp',
          [string('container', ''), string('shared_name', `chainrule_${created++}`), dtype, shapeAttribute('shape', shape)],
          [],
        )
        handles.set(keyOf(part, name), tf.keep(made))
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
    apply(gradients, fed) {
      tf.tidy(() => {
        const scalars = new Map(rule.fed.map((name, index) => [name, tf.scalar(fed[index]!)]))
        const flags = Object.entries({ use_locking: false, ...rule.attributes }).map(([name, value]) => boolean(name, value))
        specs.forEach(({ name, shape }, index) => {
          const operand = (kind: UpdateOperand): tf.Tensor => {
            if (kind === 'variable') return handle('weights', name)
            if (kind === 'gradient') return gradients[index]!
            if ('slot' in kind) return handle(kind, name)
            return 'fed' in kind ? scalars.get(kind.fed)! : tf.scalar(kind.constant)
          }
          if (rule.decay?.holdsFor(shape))
            run('AssignSubVariableOp', [handle('weights', name), tf.mul(readOne('weights', name), scalars.get(rule.decay.fed)!)])
          run(rule.op, rule.operands.map(operand), [float32(), ...flags])
        })
      })
    },
    updateAverage(decay) {
      tf.tidy(() => {
        for (const { name } of specs)
          run('AssignVariableOp', [handle('ema', name), averaged(readOne('ema', name), readOne('weights', name), decay)])
      })
    },
    dispose() {
      for (const made of handles.values()) {
        native.executeMultipleOutputs('DestroyResourceOp', [boolean('ignore_lookup_error', true)], [made], 0)
        made.dispose()
      }
    },
  }
}
