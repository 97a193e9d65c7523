import { describe, expect, test } from 'vitest'
import { randomStream } from '../tensor/random'
import { auroc, complexityScore, surprise, typicality } from './outOfDistribution'

test('typicality is the distance from the entropy on either side', () => {
  expect(typicality(90, 100)).toBe(10)
  expect(typicality(110, 100)).toBe(10)
})

test('the complexity-corrected score is in bits', () => {
  expect(complexityScore(100 * Math.LN2, 60)).toBeCloseTo(40, 12)
  expect(complexityScore(0, 60)).toBe(-60)
})

test('surprise counts standard deviations, none where nothing is uncertain', () => {
  expect(surprise(13, 10, 9)).toBeCloseTo(1, 12)
  expect(surprise(7, 10, 9)).toBeCloseTo(-1, 12)
  expect(surprise(0, 0, 0)).toBe(0)
})

describe('AUROC', () => {
  const stream = randomStream(1, 'auroc')
  const drawn = (count: number, shift: number): number[] => Array.from({ length: count }, () => Math.round(4 * (stream.normal() + shift)) / 4)

  test('is the share of pairs in the right order, ties counting half', () => {
    const [ins, outs] = [drawn(60, 0), drawn(45, 0.7)]
    let right = 0
    for (const outlier of outs) for (const inlier of ins) right += outlier > inlier ? 1 : outlier === inlier ? 0.5 : 0
    const result = auroc(ins, outs)
    expect(result.auroc).toBeCloseTo(right / (60 * 45), 12)
    expect(result).toMatchObject({ inliers: 60, outliers: 45 })
    expect(auroc(outs, ins).auroc).toBeCloseTo(1 - result.auroc, 12)
    expect(auroc(outs, ins).standardError).toBeCloseTo(result.standardError, 12)
  })

  test('is certain of what never overlaps and of two of the same', () => {
    expect(auroc([1, 2, 3], [4, 5])).toMatchObject({ auroc: 1, standardError: 0 })
    expect(auroc([4, 5], [1, 2, 3]).auroc).toBe(0)
    expect(auroc([1, 1], [1, 1, 1]).auroc).toBe(0.5)
  })

  test('its standard error is the spread over repeated draws', () => {
    const repeated = Array.from({ length: 300 }, () => auroc(drawn(50, 0), drawn(40, 1)))
    const mean = repeated.reduce((sum, { auroc: area }) => sum + area, 0) / repeated.length
    const spread = Math.sqrt(repeated.reduce((sum, { auroc: area }) => sum + (area - mean) ** 2, 0) / (repeated.length - 1))
    const error = repeated.reduce((sum, { standardError }) => sum + standardError, 0) / repeated.length
    // Φ(1 / √2)
    expect(mean).toBeCloseTo(0.7602, 1)
    expect(Math.abs(error / spread - 1)).toBeLessThan(0.15)
  })
})
