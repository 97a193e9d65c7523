import type { Domain } from '../../src-main/contract'
import { dimensionsOf } from '../../src-main/contract'
import type { MadeConfig } from '../../src-main/contract/inspect/made'
import { madeGraph } from '../../src-main/contract/inspect/pictures/madeGraph'

/** The masked net of a MADE as a graph: one input and one output for each dimension, and every hidden unit. */
export interface Connectivity {
  /** Units of each layer with their degree, from input to output. */
  layers: readonly Int32Array[]
  /** Pairs (unit below, unit above) that the masks keep, between each layer and the next. */
  edges: readonly (readonly (readonly [number, number])[])[]
  /** Inputs that reach an output past the hidden layers, when there are direct connections. */
  direct: readonly (readonly [number, number])[]
}

/** Beyond this many units in a layer a graph is only a grey band. */
export const MOST_UNITS = 40

/** Units of the widest layer, each dimension counted once. */
export function widestLayer(config: Pick<MadeConfig, 'hidden'>, domain: Domain): number {
  return Math.max(dimensionsOf(domain), ...config.hidden)
}

/** null when it is too large to be drawn. */
export function madeConnectivity(config: MadeConfig, domain: Domain): Connectivity | null {
  const graph = widestLayer(config, domain) > MOST_UNITS ? null : madeGraph(config, domain)
  if (!graph) return null
  const last = graph.layers.length - 1
  const dimensions = dimensionsOf(domain)
  /** Units of one dimension (one-hot inputs, several parameters of an output) are drawn as one. */
  const drawn = (layer: number, unit: number): number => graph.layers[layer]!.units[unit]!.dimension ?? unit
  const between = (fromLayer: number, toLayer: number): [number, number][] => {
    const pairs = new Map<string, [number, number]>()
    for (const edge of graph.edges) {
      if (edge.fromLayer !== fromLayer || edge.toLayer !== toLayer) continue
      const pair: [number, number] = [drawn(fromLayer, edge.from), drawn(toLayer, edge.to)]
      pairs.set(pair.join(), pair)
    }
    return [...pairs.values()]
  }
  return {
    layers: graph.layers.map(({ units }, layer) => {
      const outer = layer === 0 || layer === last
      const every = outer ? units.length / dimensions : 1
      return Int32Array.from({ length: units.length / every }, (_value, unit) => units[unit * every]!.degree)
    }),
    edges: Array.from({ length: last }, (_value, layer) => between(layer, layer + 1)),
    direct: config.direct ? between(0, last) : [],
  }
}

/** What of the graph an output depends on: its units by layer, from input to output, and the inputs that reach it at all. */
export function reaching({ layers, edges, direct }: Connectivity, output: number): { units: ReadonlySet<number>[]; inputs: number[] } {
  const units: Set<number>[] = layers.map(() => new Set())
  units.at(-1)!.add(output)
  for (let layer = layers.length - 2; layer >= 0; layer--) {
    for (const [from, to] of edges[layer]!) if (units[layer + 1]!.has(to)) units[layer]!.add(from)
  }
  const inputs = new Set(units[0])
  for (const [from, to] of direct) if (to === output) inputs.add(from)
  return { units, inputs: [...inputs].sort((a, b) => a - b) }
}
