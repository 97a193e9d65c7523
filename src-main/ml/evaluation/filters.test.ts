import { expect, test } from 'vitest'
import type { Domain } from '../../contract/domain'
import { filtersOf } from './filters'

const image: Domain = { kind: 'image', shape: [2, 2, 1], levels: 2, variableLength: false, encoding: 'linear' }
const tensorOf = (shape: number[], value = (index: number): number => index + 1) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_v, index) => value(index)) })

test('NADE: a picture of each hidden unit in the shape of an example, the strongest first', () => {
  const [pictures] = filtersOf({ family: 'nade', config: { hidden: 3 } }, image, new Map([['W', tensorOf([4, 3])]]), 2)
  expect(pictures).toMatchObject({ shape: [2, 2, 1], of: 3, names: ['unit 3', 'unit 2'], parameter: 'W' })
  expect([...pictures!.values]).toEqual([3, 6, 9, 12, 2, 5, 8, 11])
})

test('MADE: what the mask takes away is left out', () => {
  const tensors = new Map([['hidden.0.weight', tensorOf([4, 3])]])
  const [pictures] = filtersOf({ family: 'made', config: { hidden: [3] } }, image, tensors, 16)
  expect(pictures).toMatchObject({ of: 3, shape: [2, 2, 1] })
  const unit = pictures!.names.indexOf('unit 1, sees 1 of 4 dimensions')
  // Degree 1 sees the first dimension of the ordering alone.
  expect([...pictures!.values.subarray(unit * 4, unit * 4 + 4)]).toEqual([1, NaN, NaN, NaN])
})

test('FVSBN: each dimension has weights from those before it', () => {
  const [pictures] = filtersOf({ family: 'fvsbn', config: {} }, image, new Map([['weight', tensorOf([4, 4])]]), 16)
  const at = pictures!.names.indexOf('row 2, column 1')
  expect([...pictures!.values.subarray(at * 4, at * 4 + 4)]).toEqual([3, 7, NaN, NaN])
})

test('PixelCNN: the mask of the first kernel, by colour', () => {
  const rgb: Domain = { ...image, shape: [8, 8, 3], levels: 4 }
  const tensors = new Map([['blocks.1.weight', tensorOf([2, 3, 4, 3], () => 1)], ['blocks.0.bias', tensorOf([3])]])
  const config = { channels: 3, firstKernel: 3 }
  const [pictures] = filtersOf({ family: 'pixelcnn', config }, rgb, tensors, 100)
  expect(pictures).toMatchObject({ shape: [2, 3, 1], of: 12, parameter: 'blocks.1.weight' })
  const centre = (name: string): number => pictures!.values[pictures!.names.indexOf(name) * 6 + 4]!
  // Green sees red at its own pixel, but neither itself nor blue.
  expect([centre('map 2, red'), centre('map 2, green'), centre('map 2, blue')]).toEqual([1, NaN, NaN])
  expect(pictures!.values[5]).toBeNaN()
})

test('families without pictures have none', () => {
  expect(filtersOf({ family: 'independent', config: {} }, image, new Map([['logits', tensorOf([4])]]), 4)).toEqual([])
})
