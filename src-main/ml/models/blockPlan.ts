import type { BlockLayout } from '../../contract/inspect/blocks/inspectBlocks'
import type { BlockContext } from '../../contract/inspect/blocks/stream'
import type { Distribution } from '../distributions/distribution'
import { PlanBuilder, part } from '../kernels/planBuilder'
import type { SamplingPlan } from '../kernels/operations'
import type { DescribedStreams } from '../layers/described'
import type { Layer } from '../layers/layer'
import { conditionNumbers } from './conditionNumbers'
import type { Conditioning, Weights } from './model'

interface BlockPlanOptions {
  layout: BlockLayout
  layers: ReadonlyArray<{ name: string; layer: Layer }>
  context: BlockContext
  distribution: Distribution
  conditioning: Conditioning | null
  weights: Weights
  /** Of a sample. */
  steps: number
  /** Numbers of a map of features that stands behind the condition of each sample. */
  contextSize?: number
}

/**
 * The sampling plan of a list of blocks; null when one of them does not describe itself. Images: a phase for each channel of a pixel, which
 * computes the features of its own channel group only. Sequences: one phase, fed with the level before.
 */
export function blockPlan({ layout, layers, context, distribution, conditioning, weights, steps, contextSize = 0 }: BlockPlanOptions): SamplingPlan | null {
  const { grid, levels, parametersPerDimension: P } = context
  const groups = layout === 'image' ? grid.groups : 1
  const own = conditioning ? conditionNumbers(conditioning, steps) : 0
  const plan = new PlanBuilder({
    steps,
    phases: groups,
    // A row is a frame where the model is conditioned on a sequence of them.
    width: layout === 'image' ? grid.width : conditioning?.kind === 'features' ? conditioning.hop : 1,
    conditionSize: own + contextSize,
  })
  // Images: the pixel's channels in −1…1 and a one. Sequences: nothing flows before the embedding.
  let streams: DescribedStreams = { main: plan.vector(layout === 'image' ? groups + 1 : 0), skip: null }
  if (layout === 'image') {
    const { main } = streams
    streams = { ...streams, image: main }
    const one = part(main, groups, 1)
    plan.start.affine(one, one, 0, 1)
    plan.phases.forEach((phase, group) => phase.afterDraw.value(part(main, group, 1), { scale: 2 / (levels - 1), shift: -1 }))
  }
  for (const { name, layer } of layers) {
    if (!layer.describe) {
      if (layer.incremental || layer.parameters.length > 0) return null
      continue
    }
    const weight = (parameter: string): Float32Array => {
      const found = weights.get(`${name}.${parameter}`)
      if (!found) throw new Error(`The weights lack the tensor '${name}.${parameter}'.`)
      return found.data
    }
    streams = layer.describe({ plan, grid, weight, ...(contextSize > 0 ? { contextFirst: own } : {}) }, streams)
  }
  plan.phases.forEach((phase, group) => phase.drawFrom(distribution, part(streams.main, group * P, P)))
  return plan.build()
}
