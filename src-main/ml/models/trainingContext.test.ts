import { expect, test } from 'vitest'
import type { Domain } from '../../contract/domain'
import { familyDescription } from '../../contract/inspect/registry'
import { familyById } from './registry'

const text: Domain = { kind: 'text', shape: [4096], levels: 40, variableLength: true, encoding: 'linear', text: { unit: 'bytes' } }
const image: Domain = { kind: 'image', shape: [8, 8, 1], levels: 2, variableLength: false, encoding: 'linear' }

/** Of the model as it is built, and as it is described. */
function contextsOf(family: string, domain: Domain): unknown[] {
  const description = familyDescription(family)
  const config = description.schema.parse(description.presets(domain).small.config)
  const { trainingContext, receptiveField } = familyById(family).build(config, domain, 0)
  return [trainingContext, description.inspect(config, domain).trainingContext, receptiveField]
}

test.each(['rnn', 'gru', 'lstm'])('%s: training reads windows of a series from a little before them, not from its start', (family) => {
  expect(contextsOf(family, text)).toEqual([128, 128, undefined])
  expect(contextsOf(family, image)).toEqual([undefined, undefined, undefined])
})

test('vrnn: whole frames', () => {
  expect(contextsOf('vrnn', text)).toEqual([512, 512, undefined])
})

test('those of bounded reach need no such bound', () => {
  expect(contextsOf('wavenet', { ...text, kind: 'audio', sampleRate: 8000, levels: 256, encoding: 'mu-law' })).toEqual([undefined, undefined, expect.any(Number)])
})
