import { describe, expect, it } from 'vitest'
import type { CurveChartInput } from './curveOption'
import { curveOption } from './curveOption'
import { lightTheme } from './palette'
import { decades } from './scale'
import { trackOf } from './track'

const falling = Array.from({ length: 200 }, (_, step) => [step, 90 + 450 * Math.exp(-step / 5)] as const)

function input(overrides: Partial<CurveChartInput> = {}): CurveChartInput {
  return {
    curves: [{ name: 'train', color: '#000', kind: 'train', track: trackOf(falling) }],
    references: [
      { name: 'independent pixels', value: 206, hold: true },
      { name: 'uniform', value: 543.4, hold: false },
    ],
    axis: 'step',
    axisTitle: 'step',
    unit: 'nats',
    unitTitle: 'nats',
    logarithmic: false,
    smoothing: 0,
    skipStart: true,
    view: null,
    theme: lightTheme,
    animate: false,
    ...overrides,
  }
}

function seriesIds(option: ReturnType<typeof curveOption>): string[] {
  return (option.series as { id?: string; name: string }[]).map((series) => series.id ?? series.name)
}

function pointsOf(option: ReturnType<typeof curveOption>, index: number): [x: number, y: number][] {
  const { data } = (option.series as unknown as { data: Float64Array }[])[index]!
  return Array.from({ length: data.length / 2 }, (_value, at) => [data[2 * at]!, data[2 * at + 1]!])
}

describe('curveOption', () => {
  it('draws a reference line in range and names the one beyond the edge', () => {
    const option = curveOption(input())
    expect(seriesIds(option)).toEqual(['train:train', 'reference:independent pixels'])
    const notes = option.graphic as { style: { text: string } }[]
    expect(notes.map((note) => note.style.text)).toEqual(['↑ uniform 543.40'])
  })

  it('holds everything when the start is kept', () => {
    const option = curveOption(input({ skipStart: false }))
    expect(seriesIds(option)).toContain('reference:uniform')
    expect((option.yAxis as { max: number }).max).toBeGreaterThanOrEqual(540)
  })

  it('keeps the raw curve, faint, behind the average', () => {
    const option = curveOption(input({ smoothing: 0.9 }))
    expect(seriesIds(option).slice(0, 2)).toEqual(['raw:train', 'train:train'])
    expect(pointsOf(option, 0)[3]).toEqual([3, falling[3]![1]])
    expect(pointsOf(option, 1)[3]![1]).toBeGreaterThan(falling[3]![1])
  })

  it('draws many points by a line of one pixel, and few by a wider one', () => {
    const widths = [200, 2000].map((points) => {
      const track = trackOf(Array.from({ length: points }, (_, step) => [step, step % 7] as const))
      const option = curveOption(input({ curves: [{ name: 'train', color: '#000', kind: 'train', track }], references: [] }))
      return (option.series as { lineStyle: { width: number } }[])[0]!.lineStyle.width
    })
    expect(widths).toEqual([1.5, 1])
  })

  it('follows the view: what is in it is ranged, and little else is drawn', () => {
    const option = curveOption(input({ view: [100, 150] }))
    const points = pointsOf(option, 0)
    // Half as much again is drawn on either side, for dragging.
    expect(points[0]![0]).toBe(74)
    expect(points.at(-1)![0]).toBe(176)
    expect((option.yAxis as { max: number }).max).toBeLessThan(100)
  })

  it('has a positive range on a logarithmic axis', () => {
    const option = curveOption(
      input({
        logarithmic: true,
        curves: [
          {
            name: 'v',
            color: '#000',
            kind: 'valid',
            track: trackOf([[0, 0], [1, 4]]),
          },
        ],
      }),
    )
    expect((option.yAxis as { min: number }).min).toBeGreaterThan(0)
  })

  it('has places of decades on a logarithmic step axis, labelled with steps', () => {
    const option = curveOption(input({ scale: decades }))
    const axis = option.xAxis as { min: number; max: number; axisLabel: { customValues: number[]; formatter: (place: number) => string } }
    expect(axis.min).toBe(0)
    expect(axis.max).toBeCloseTo(Math.log10(199), 9)
    expect(axis.axisLabel.customValues.map(axis.axisLabel.formatter)).toEqual(['1', '2', '5', '10', '20', '50', '100'])
    expect(pointsOf(option, 0)[9]).toEqual([1, falling[10]![1]])
  })

  it('writes one of two close reference lines below itself', () => {
    const references = [
      { name: 'independent', value: 92, hold: true },
      { name: 'best', value: 91.8, hold: false },
    ]
    const option = curveOption(input({ references }))
    const offsets = (option.series as { id?: string; markPoint?: { label: { offset: number[] } } }[])
      .filter((series) => series.id?.startsWith('reference:'))
      .map((series) => series.markPoint?.label.offset[1] ?? 0)
    expect(offsets[0]).toBeLessThan(0)
    expect(offsets[1]).toBeGreaterThan(0)
  })

  it('gives a run one entry of the legend for all its curves', () => {
    const curves = ['train', 'valid'].map((kind) => ({
      name: `a, ${kind}`,
      group: 'a',
      color: '#000',
      kind: kind as 'train' | 'valid',
      track: trackOf(falling),
    }))
    const option = curveOption(input({ curves, references: [] }))
    expect((option.legend as { data: string[] }).data).toEqual(['a'])
    expect(seriesIds(option)).toEqual(['train:a, train', 'valid:a, valid'])
  })
})
