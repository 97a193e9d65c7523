import { describe, expect, it } from 'vitest'
import { curveTooltip, escapeHtml, pointAt } from './curveTooltip'

const line = [
  [0, 5],
  [10, 4],
  [20, 3],
] as const

describe('pointAt', () => {
  it('is the last point at or before x', () => {
    expect(pointAt(line, -1)).toBeNull()
    expect(pointAt(line, 0)).toBe(line[0])
    expect(pointAt(line, 19)).toBe(line[1])
    expect(pointAt(line, 99)).toBe(line[2])
  })
})

describe('curveTooltip', () => {
  it('shows each curve that has begun, with its name escaped', () => {
    const html = curveTooltip(
      'step 12',
      12,
      [
        { name: '<b>', color: '#000', line },
        { name: 'later', color: '#000', line: [[50, 1]] },
      ],
      'nats',
      'nats',
    )
    expect(html).toContain('4.000')
    expect(html).not.toContain('<b>&')
    expect(html).toContain(escapeHtml('<b>'))
    expect(html).not.toContain('later')
  })
})
