import { expect, it } from 'vitest'
import { matches } from './runFilter'

const run = {
  id: 'made-digits-1a2b',
  name: 'Wide MADE',
  notes: 'Diverged once.',
  tags: ['paper'],
  status: 'completed' as const,
  dataset: { id: 'd', name: 'Digits', variant: 'threshold at 0.5', domain: { kind: 'table' as const, shape: [4], levels: 2, variableLength: false, encoding: 'linear' as const } },
  model: { family: 'made', config: {} },
  preset: 'standard' as const,
}

it('wants every word, wherever it stands', () => {
  for (const search of ['', '  ', 'wide', 'MADE digits', 'diverged threshold', '1a2b', 'paper', '#paper', 'completed standard']) expect(matches(run, search)).toBe(true)
  for (const search of ['narrow', 'wide narrow', '#wide']) expect(matches(run, search)).toBe(false)
})
