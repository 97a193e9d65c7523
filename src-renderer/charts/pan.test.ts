import { expect, it } from 'vitest'
import { lightTheme } from './palette'
import { curveOption } from './curveOption'
import { holds, movedBy, pictureOption, stretchAround } from './pan'
import { trackOf } from './track'

it('moves a view by a share of itself, and never past the ends of the axis', () => {
  expect(movedBy([40, 60], [0, 100], 0.5)).toEqual([50, 70])
  expect(movedBy([40, 60], [0, 100], -9)).toEqual([0, 20])
  expect(movedBy([40, 60], [0, 100], 9)).toEqual([80, 100])
})

it('has half a view on either side, where the axis goes on', () => {
  expect(stretchAround([40, 60], [0, 100])).toEqual([30, 70])
  expect(stretchAround([2, 22], [0, 100])).toEqual([0, 32])
  expect(holds([30, 70], movedBy([40, 60], [0, 100], 0.5))).toBe(true)
  expect(holds([30, 70], movedBy([40, 60], [0, 100], 0.6))).toBe(false)
})

it('pictures the plot alone: the same lines and heights over a longer stretch', () => {
  const track = trackOf(Array.from({ length: 101 }, (_value, step) => [step, step % 9] as const))
  const option = curveOption({
    curves: [{ name: 'train', color: '#000', kind: 'train', track }],
    references: [],
    axis: 'step',
    axisTitle: 'step',
    unit: 'nats',
    unitTitle: 'nats',
    logarithmic: false,
    smoothing: 0,
    skipStart: false,
    view: [40, 60],
    theme: lightTheme,
    animate: false,
  })
  const picture = pictureOption(option, { stretch: [30, 70], view: [40, 60], labels: 22 })
  expect(picture.xAxis).toMatchObject({ min: 30, max: 70, splitNumber: 10 })
  expect(picture.yAxis).toMatchObject({ min: (option.yAxis as { min: number }).min, max: (option.yAxis as { max: number }).max })
  expect(picture.series).toBe(option.series)
  const [line] = option.series as unknown as { data: Float64Array }[]
  // Whoever drags by half a view sees the line to its end.
  expect([line!.data[0]!, line!.data.at(-2)!]).toEqual([29, 71])
})
