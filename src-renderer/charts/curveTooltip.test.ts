import { describe, expect, it } from 'vitest'
import { curveTooltip, escapeHtml } from './curveTooltip'
import { trackOf } from './track'

const shown = trackOf([[0, 5], [10, 4], [20, 3]])

describe('curveTooltip', () => {
  it('shows each curve that has begun, with its name escaped', () => {
    const html = curveTooltip(
      'step 12',
      12,
      [
        { name: '<b>', color: '#000', shown },
        { name: 'later', color: '#000', shown: trackOf([[50, 1]]) },
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
