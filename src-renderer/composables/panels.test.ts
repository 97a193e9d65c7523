import { expect, test } from 'vitest'
import { panelWidth, widthByKey } from './panels'

test('a panel stays within its bounds', () => {
  expect(panelWidth('runs', 2)).toBe(13)
  expect(panelWidth('runs', 99)).toBe(32)
  expect(panelWidth('runs', 20.03)).toBe(20)
})

test('arrows move the line in the direction that they show, on both sides of the page', () => {
  expect(widthByKey('runs', 'ArrowRight', 20, false)).toBe(21)
  expect(widthByKey('runs', 'ArrowLeft', 20, true)).toBe(16)
  expect(widthByKey('notes', 'ArrowRight', 20, false)).toBe(19)
  expect(widthByKey('notes', 'ArrowLeft', 20, false)).toBe(21)
  expect(widthByKey('runs', 'ArrowLeft', 13, false)).toBe(13)
  expect(widthByKey('runs', 'Home', 20, false)).toBe(13)
  expect(widthByKey('runs', 'End', 20, false)).toBe(32)
  expect(widthByKey('runs', 'Enter', 20, false)).toBeNull()
  expect(widthByKey('runs', 'a', 20, false)).toBeUndefined()
})
