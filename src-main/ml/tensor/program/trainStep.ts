import type { Tensor } from '@tensorflow/tfjs-core'
import { dataTypes } from './attributes'
import type { OutputName } from './graph'
import type { EntryInput, ProgramBuilder } from './program'

export interface TrainStepOptions {
  /** Trained variables, by name. */
  variables: readonly string[]
  inputs: readonly EntryInput[]
  /** Loss and its gradients in the order of `variables`. */
  lossAndGradients(inputs: Tensor[], variables: Record<string, Tensor>): [loss: Tensor, ...gradients: Tensor[]]
  beta1: number
  beta2: number
  epsilon: number
  gradientClip: number | null
  /** Whether an exponential moving average of the variables is kept. */
  average: boolean
}

const FLOAT = { type: dataTypes.float32 }
const T = { T: FLOAT }

/**
 * Adds the entry 'trainStep': forward, backward, global-norm clipping, Adam (Kingma & Ba 2015, algorithm 1) and the moving average in one call.
 * Inputs: those of the options, then learningRate, beta1^t and beta2^t, and where there is an average the share of the new weights in it
 * (1 − decay), all scalars. Outputs: loss and gradient norm before clipping.
 * Variables `adam.m:<name>`, `adam.v:<name>` and `ema:<name>` are added.
 */
export function addTrainStep(builder: ProgramBuilder, shapes: Readonly<Record<string, readonly number[]>>, options: TrainStepOptions): void {
  const { graph } = builder
  const { inputs, outputs } = builder.trace(options.inputs, options.variables, options.lossAndGradients)
  const [loss, ...gradients] = outputs as [OutputName, ...OutputName[]]
  const scalarInput = (): OutputName => graph.placeholder(dataTypes.float32, [])
  const [learningRate, beta1Power, beta2Power] = [scalarInput(), scalarInput(), scalarInput()]
  const averageShare = options.average ? scalarInput() : null
  const op = (name: string, operands: OutputName[], attributes = {}): OutputName => `${graph.node(name, operands, { ...T, ...attributes })}:0`

  const halves = gradients.map((gradient) => op('L2Loss', [gradient]))
  const norm = op('Sqrt', [op('Mul', [graph.scalar(2), graph.sum(halves, dataTypes.float32)])])
  let scale: OutputName | null = null
  if (options.gradientClip !== null) {
    const ratio = op('DivNoNan', [graph.scalar(options.gradientClip), norm])
    scale = op('Select', [`${graph.node('Greater', [norm, graph.scalar(options.gradientClip)], T)}:0`, ratio, graph.scalar(1)])
  }
  const constants = [options.beta1, options.beta2, options.epsilon].map((value) => graph.scalar(value)) as [OutputName, OutputName, OutputName]
  // Weights change only after every gradient has been computed, so that no read of the old values forces a copy.
  const ready = graph.node('NoOp', [], {}, gradients.map((gradient) => gradient.split(':')[0]!))
  const updates: string[] = []
  options.variables.forEach((name, index) => {
    const gradient = scale ? op('Mul', [gradients[index]!, scale]) : gradients[index]!
    const moment = builder.variable({ name: `adam.m:${name}`, shape: shapes[name]! })
    const variance = builder.variable({ name: `adam.v:${name}`, shape: shapes[name]! })
    const apply = graph.node(
      'ResourceApplyAdam',
      [builder.handle(name), moment, variance, beta1Power, beta2Power, learningRate, ...constants, gradient],
      { ...T, use_locking: { bool: false }, use_nesterov: { bool: false } },
      [ready],
    )
    updates.push(apply)
    if (averageShare) {
      builder.variable({ name: `ema:${name}`, shape: shapes[name]! })
      const drawn = op('Mul', [op('Sub', [builder.read(name, [apply]), builder.read(`ema:${name}`)]), averageShare])
      updates.push(graph.node('AssignAddVariableOp', [builder.handle(`ema:${name}`), drawn], { dtype: FLOAT }))
    }
  })
  const scalars = [learningRate, beta1Power, beta2Power, ...(averageShare ? [averageShare] : [])]
  builder.entry('trainStep', [...inputs, ...scalars], [builder.done(updates, loss), builder.done(updates, norm)])
}
