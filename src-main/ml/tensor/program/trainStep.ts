import type { Tensor } from '@tensorflow/tfjs-core'
import { dataTypes } from './attributes'
import type { OutputName } from './graph'
import type { EntryInput, ProgramBuilder } from './program'
import type { UpdateOperand, UpdateRule } from './updateRule'

export interface TrainStepOptions {
  /** Trained variables, by name. */
  variables: readonly string[]
  inputs: readonly EntryInput[]
  /** Loss and its gradients in the order of `variables`. */
  lossAndGradients(inputs: Tensor[], variables: Record<string, Tensor>): [loss: Tensor, ...gradients: Tensor[]]
  rule: UpdateRule
  gradientClip: number | null
  /** Whether an exponential moving average of the variables is kept. */
  average: boolean
}

const FLOAT = { type: dataTypes.float32 }
const BOOL = { type: dataTypes.bool }
const T = { T: FLOAT }

/** Names of the variables that the step adds: one for each slot of the optimizer, and the average. */
export const slotName = (slot: string, variable: string): string => `slot.${slot}:${variable}`
export const averageName = (variable: string): string => `ema:${variable}`

/**
 * Adds the entry 'trainStep': forward, backward, global-norm clipping, the optimizer's update and the moving average in one call.
 * Inputs: those of the options, then the rule's fed scalars, and where there is an average the share of the new weights in it (1 − decay).
 * Outputs: loss and gradient norm before clipping. The entry 'trainStepObserved' does the same and answers the gradients before clipping and the
 * variables after the update as well. When one of them is not finite, nothing is written: every update hangs on the live
 * branch of a switch, which costs no copy.
 */
export function addTrainStep(
  builder: ProgramBuilder,
  shapes: Readonly<Record<string, readonly number[]>>,
  options: TrainStepOptions,
): void {
  const { graph } = builder
  const { rule } = options
  const { inputs, outputs } = builder.trace(options.inputs, options.variables, options.lossAndGradients)
  const [loss, ...gradients] = outputs as [OutputName, ...OutputName[]]
  const scalarInput = (): OutputName => graph.placeholder(dataTypes.float32, [])
  const fed = new Map(rule.fed.map((name) => [name, scalarInput()]))
  const averageShare = options.average ? scalarInput() : null
  const op = (name: string, operands: OutputName[], attributes = {}): OutputName =>
    `${graph.node(name, operands, { ...T, ...attributes })}:0`

  const halves = gradients.map((gradient) => op('L2Loss', [gradient]))
  const norm = op('Sqrt', [op('Mul', [graph.scalar(2), graph.sum(halves, dataTypes.float32)])])
  let scale: OutputName | null = null
  if (options.gradientClip !== null) {
    const ratio = op('DivNoNan', [graph.scalar(options.gradientClip), norm])
    scale = op('Select', [op('Greater', [norm, graph.scalar(options.gradientClip)]), ratio, graph.scalar(1)])
  }
  // The branch is decided once every gradient has been computed, so that no read of the old values forces a copy.
  const finite: OutputName = `${graph.node('LogicalAnd', [op('IsFinite', [loss]), op('IsFinite', [norm])])}:0`
  const branch = graph.node('Switch', [finite, finite], { T: BOOL })
  const goesOn = graph.node('Identity', [`${branch}:1`], { T: BOOL })
  const standsStill = graph.node('Identity', [`${branch}:0`], { T: BOOL })

  const constants = new Map<number, OutputName>()
  const constant = (value: number): OutputName => {
    if (!constants.has(value)) constants.set(value, graph.scalar(value))
    return constants.get(value)!
  }
  const updates: string[] = []
  options.variables.forEach((name, index) => {
    const shape = shapes[name]!
    const gradient = scale ? op('Mul', [gradients[index]!, scale]) : gradients[index]!
    for (const slot of rule.slots) builder.variable({ name: slotName(slot, name), shape })
    const operand = (kind: UpdateOperand): OutputName => {
      if (kind === 'variable') return builder.handle(name)
      if (kind === 'gradient') return gradient
      if ('slot' in kind) return builder.handle(slotName(kind.slot, name))
      return 'fed' in kind ? fed.get(kind.fed)! : constant(kind.constant)
    }
    let ready = goesOn
    if (rule.decay?.holdsFor(shape)) {
      const lost = op('Mul', [builder.read(name, [ready]), fed.get(rule.decay.fed)!])
      ready = graph.node('AssignSubVariableOp', [builder.handle(name), lost], { dtype: FLOAT })
    }
    const attributes = Object.fromEntries(Object.entries(rule.attributes).map(([key, bool]) => [key, { bool }]))
    const apply = graph.node(rule.op, rule.operands.map(operand), { ...T, use_locking: { bool: false }, ...attributes }, [ready])
    updates.push(apply)
    if (averageShare) {
      builder.variable({ name: averageName(name), shape })
      const drawn = op('Mul', [op('Sub', [builder.read(name, [apply]), builder.read(averageName(name))]), averageShare])
      updates.push(graph.node('AssignAddVariableOp', [builder.handle(averageName(name)), drawn], { dtype: FLOAT }))
    }
  })
  const updated: OutputName = `${graph.node('Identity', [`${branch}:1`], { T: BOOL }, updates)}:0`
  const ended = graph.node('Merge', [updated, `${standsStill}:0`], { T: BOOL, N: { int: 2 } })
  const scalars = [...fed.values(), ...(averageShare ? [averageShare] : [])]
  const figures = [builder.done([ended], loss), builder.done([ended], norm)]
  builder.entry('trainStep', [...inputs, ...scalars], figures)
  const seen = [...gradients, ...options.variables.map((name) => builder.read(name, [ended]))]
  builder.entry('trainStepObserved', [...inputs, ...scalars], [...figures, ...seen])
}
