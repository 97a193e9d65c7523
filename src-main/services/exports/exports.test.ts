import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import wavefile from 'wavefile'
import { muLawEncode } from '../../contract/muLaw'
import type { SampleSet } from '../../contract/records/samples'
import { imageGridPng } from './imageGrid'
import { metricsCsv } from './metricsCsv'
import { readPngText, withPngText } from './pngText'
import { sampleWav } from './waveform'

const recipe: SampleSet['recipe'] = {
  runId: 'made-test-0001',
  checkpointStep: 40,
  weights: 'ema',
  count: 3,
  seed: 7,
  temperature: 1,
  length: null,
  method: 'cached',
}
const figures = { logProb: [-1, -2, -3], seconds: 1, dimensionsPerSecond: 1 }

const images = (channels: 1 | 3, levels: number): SampleSet => ({
  recipe,
  ...figures,
  means: null,
  domain: { kind: 'image', shape: [2, 3, channels], levels, variableLength: false, encoding: 'linear' },
  levels: Uint8Array.from({ length: 3 * 6 * channels }, (_, index) => index % levels),
})
const sound: SampleSet = {
  recipe: { ...recipe, length: 256 },
  ...figures,
  means: null,
  domain: { kind: 'audio', shape: [256], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' },
  levels: Uint8Array.from({ length: 3 * 256 }, (_, index) => (index * 5) % 256),
}

describe('a grid of samples', () => {
  test.each([
    [1, 2],
    [1, 256],
    [3, 16],
  ] as const)('of %i channels and %i levels reads back pixel by pixel', async (channels, levels) => {
    const set = images(channels, levels)
    const png = await imageGridPng(set, { columns: 2, scale: 2, what: 'samples' })
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 2 * 3 * 2 + 2, height: 2 * 2 * 2 + 2 })
    for (let sample = 0; sample < 3; sample++) {
      for (let y = 0; y < 4; y++) {
        for (let x = 0; x < 6; x++) {
          const at = (Math.floor(sample / 2) * 6 + y) * info.width + (sample % 2) * 8 + x
          for (let channel = 0; channel < channels; channel++) {
            const level = set.levels[sample * 6 * channels + (Math.floor(y / 2) * 3 + Math.floor(x / 2)) * channels + channel]!
            expect(data[at * info.channels + channel]).toBe(Math.round((level * 255) / (levels - 1)))
          }
        }
      }
    }
    expect(JSON.parse(readPngText(png)['chainrule:recipe']!)).toEqual(recipe)
  })

  test('refuses sound, and probabilities that are not there', async () => {
    await expect(imageGridPng(sound, { scale: 1, what: 'samples' })).rejects.toThrow(/not pictures/)
    await expect(imageGridPng(images(1, 2), { scale: 1, what: 'means' })).rejects.toThrow(/carry no probabilities/)
  })
})

test('text in a PNG survives in any script, and other programs still read the picture', async () => {
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const marked = withPngText(png, { Comment: 'μ-law, naïve, 標本', Software: 'Chainrule' })
  expect(readPngText(marked)).toMatchObject({ Comment: 'μ-law, naïve, 標本', Software: 'Chainrule' })
  expect(await sharp(marked).raw().toBuffer()).toEqual(await sharp(png).raw().toBuffer())
  expect((await sharp(marked).metadata()).comments).toEqual(expect.arrayContaining([{ keyword: 'Software', text: 'Chainrule' }]))
})

describe('a sample of sound', () => {
  test('is 16-bit PCM whose μ-law levels are those that were drawn, with its recipe', () => {
    const file = new wavefile.WaveFile(sampleWav(sound, 1))
    expect(file.fmt).toMatchObject({ sampleRate: 8000, bitsPerSample: 16, numChannels: 1 })
    const pcm = file.getSamples(false, Int16Array) as unknown as Int16Array
    expect(Uint8Array.from(pcm, muLawEncode)).toEqual(sound.levels.slice(256, 512))
    expect(JSON.parse(file.getTag('ICMT') as string)).toEqual({ ...sound.recipe, index: 1 })
  })

  test.each(['pcm24', 'float32'] as const)('can be had in %s, with the same levels', (format) => {
    const file = new wavefile.WaveFile(sampleWav(sound, 0, { format }))
    expect(file.bitDepth).toBe(format === 'pcm24' ? '24' : '32f')
    const numbers = [...(file.getSamples(false, Float64Array) as unknown as Float64Array)]
    const full = format === 'pcm24' ? 2 ** 23 : 1
    expect(Uint8Array.from(numbers, (value) => muLawEncode(Math.round((32_768 * value) / full)))).toEqual(sound.levels.slice(0, 256))
    expect(JSON.parse(file.getTag('ICMT') as string)).toEqual({ ...sound.recipe, index: 0 })
  })

  test.each(['pcm16', 'pcm24', 'float32'] as const)('of 16 bits stands in %s as it was drawn, to the last bit', (format) => {
    const levels = Uint16Array.of(0, 1, 32_767, 32_768, 32_769, 40_000, 65_534, 65_535)
    const drawn: SampleSet = { ...sound, recipe: { ...recipe, length: 8 }, domain: { ...sound.domain, shape: [8], levels: 65_536, encoding: 'linear' }, levels }
    const file = new wavefile.WaveFile(sampleWav(drawn, 0, { format }))
    const scale = { pcm16: 1, pcm24: 256, float32: 2 ** -15 }[format]
    expect([...(file.getSamples(false, Float64Array) as unknown as Float64Array)]).toEqual([...levels].map((level) => (level - 32_768) * scale))
  })

  test('refuses pictures and samples that are not there', () => {
    expect(() => sampleWav(images(1, 2), 0)).toThrow(/not sound/)
    expect(() => sampleWav(sound, 3)).toThrow(/no sample 3: the set has 3/)
  })
})

test('metrics as CSV: one line a point, empty where a point has no such figure', () => {
  const csv = metricsCsv([
    { kind: 'valid', step: 20, epoch: 0.5, seconds: 1.25, nats: 90.5, bitsPerDim: 0.17, standardError: 0.3, examples: 100, weights: 'raw' },
  ])
  const [heading, line, end] = csv.split('\n')
  expect(Object.fromEntries(heading!.split(',').map((name, index) => [name, line!.split(',')[index]]))).toMatchObject({
    kind: 'valid',
    step: '20',
    nats: '90.5',
    gradientNorm: '',
  })
  expect(end).toBe('')
})
