import type { Domain } from '../../domain'
import type { MadeConfig } from '../made'
import { madeDegrees } from '../madeDegrees'
import type { MadeDegrees } from '../madeDegrees'

/** The net of a MADE, unit by unit. */
export interface MadeGraph {
  layers: {
    name: 'input' | `hidden.${number}` | 'output'
    units: {
      /** m: the unit sees the first m dimensions of the ordering; an output of degree d those before the d-th. */
      degree: number
      /** Dimension (raster index) that an input or output unit stands for; null for hidden units. */
      dimension: number | null
    }[]
  }[]
  /** Connections that the masks keep, from a unit of a layer to one of a later layer: the next, or the output where there are direct ones. */
  edges: { fromLayer: number; from: number; toLayer: number; to: number }[]
}

export const MOST_GRAPH_EDGES = 20_000

/** The connections under the masks of one member; null when there are more than can be drawn. */
export function madeGraph(config: MadeConfig, domain: Domain, member = 0): MadeGraph | null {
  const degrees = madeDegrees(config, domain, member)
  const units = [degrees.input, ...degrees.hidden, degrees.output]
  const dimensions = domain.shape.reduce((product, size) => product * size, 1)
  const layers = units.map((layer, index): MadeGraph['layers'][number] => {
    const outer = index === 0 || index === units.length - 1
    return {
      name: index === 0 ? 'input' : index === units.length - 1 ? 'output' : `hidden.${index - 1}`,
      units: Array.from(layer, (degree, unit) => ({ degree, dimension: outer ? Math.floor((unit * dimensions) / layer.length) : null })),
    }
  })
  const edges: MadeGraph['edges'] = []
  for (const [fromLayer, toLayer] of connectedLayers(config, degrees)) {
    const [from, to] = [units[fromLayer]!, units[toLayer]!]
    for (let target = 0; target < to.length; target++) {
      for (let source = 0; source < from.length; source++) {
        if (!joined(from[source]!, to[target]!, toLayer === units.length - 1)) continue
        if (edges.length === MOST_GRAPH_EDGES) return null
        edges.push({ fromLayer, from: source, toLayer, to: target })
      }
    }
  }
  return { layers, edges }
}

/** Dimensions (raster indices) that a MADE's conditional of `dimension` depends on through the connections that the masks keep. */
export function madeDependencies(config: MadeConfig, domain: Domain, dimension: number, member = 0): Uint8Array {
  const degrees = madeDegrees(config, domain, member)
  const units = [degrees.input, ...degrees.hidden, degrees.output]
  const dimensions = domain.shape.reduce((product, size) => product * size, 1)
  const needed = units.map((layer) => new Uint8Array(layer.length))
  const perDimension = degrees.output.length / dimensions
  needed.at(-1)!.fill(1, dimension * perDimension, (dimension + 1) * perDimension)
  for (const [fromLayer, toLayer] of connectedLayers(config, degrees).reverse()) {
    const [from, to, last] = [units[fromLayer]!, units[toLayer]!, toLayer === units.length - 1]
    // All units of one degree have the same connections.
    const wanted = new Set(to.filter((_degree, unit) => needed[toLayer]![unit]))
    if (wanted.size === 0) continue
    const highest = Math.max(...wanted)
    for (let source = 0; source < from.length; source++) if (joined(from[source]!, highest, last)) needed[fromLayer]![source] = 1
  }
  const result = new Uint8Array(dimensions)
  needed[0]!.forEach((flag, unit) => {
    if (flag) result[Math.floor((unit * dimensions) / degrees.input.length)] = 1
  })
  return result
}

/** Pairs of layers that are joined, in the order of computation: one after the other, then the direct connections. */
function connectedLayers(config: MadeConfig, { hidden }: MadeDegrees): [number, number][] {
  const pairs = Array.from({ length: hidden.length + 1 }, (_value, layer): [number, number] => [layer, layer + 1])
  // First, so that in reverse order the input is reached through the hidden layers and directly.
  return config.direct ? [[0, hidden.length + 1], ...pairs] : pairs
}

const joined = (from: number, to: number, output: boolean): boolean => (output ? from < to : from <= to)
