import { describe, expect, it } from 'vitest'
import type { Domain } from '../../src-main/contract'
import { madeSchema } from '../../src-main/contract/inspect/made'
import { madeConnectivity, reaching } from './connectivity'

const domain = { kind: 'table', shape: [6], levels: 2, variableLength: false } as unknown as Domain

describe('the connections of a MADE', () => {
  it.each([
    { hidden: [12], direct: false, ordering: 'raster' as const },
    { hidden: [8, 8], direct: true, ordering: 'random' as const, orderingSeed: 3 },
    { hidden: [9, 7, 5], direct: false, degrees: 'random' as const, degreesSeed: 1 },
  ])('let an output see only dimensions before its own: %o', (settings) => {
    const graph = madeConnectivity(madeSchema.parse(settings), domain)!
    const ranks = [...graph.layers[0]!]
    for (let output = 0; output < 6; output++) {
      const { inputs, units } = reaching(graph, output)
      for (const input of inputs) expect(ranks[input]).toBeLessThan(ranks[output]!)
      expect(units.at(-1)).toEqual(new Set([output]))
    }
    // The one that is generated last sees all others when the net is wide enough.
    const last = ranks.indexOf(6)
    if (settings.degrees !== 'random') expect(reaching(graph, last).inputs).toHaveLength(5)
    expect(reaching(graph, ranks.indexOf(1)).inputs).toEqual([])
  })

  it('follow direct connections past the hidden layers', () => {
    // One unit carries one degree; the direct path carries the rest.
    const without = madeConnectivity(madeSchema.parse({ hidden: [1], direct: false }), domain)!
    const beside = madeConnectivity(madeSchema.parse({ hidden: [1], direct: true }), domain)!
    expect(reaching(without, 5).inputs).toEqual([0])
    expect(reaching(beside, 5).inputs).toEqual([0, 1, 2, 3, 4])
    expect(without.direct).toEqual([])
  })

  it('count each dimension once, however many units it has', () => {
    const graded = { ...domain, levels: 4 } as Domain
    const graph = madeConnectivity(madeSchema.parse({ hidden: [10] }), graded)!
    expect(graph.layers.map(({ length }) => length)).toEqual([6, 10, 6])
  })

  it('are not drawn beyond what can be told apart', () => {
    expect(madeConnectivity(madeSchema.parse({ hidden: [500] }), domain)).toBeNull()
  })

  it('of a plain autoencoder join everything, its own input included', () => {
    const graph = madeConnectivity(madeSchema.parse({ hidden: [4], masked: false }), domain)!
    expect(reaching(graph, 2).inputs).toEqual([0, 1, 2, 3, 4, 5])
  })
})
