import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { viridis } from '../../contract/viridis'
import { nllMapPng } from './nllMap'
import { readPngText } from './pngText'

describe('a map of the NLL', () => {
  it('colours the sum over the channels of each pixel, from 0 to the highest', async () => {
    // 1 × 2 pixels of 3 channels: 1.5 and 3 nats.
    const png = await nllMapPng({ shape: [1, 2, 3], nats: [0.5, 0.5, 0.5, 1, 1, 1] }, 2)
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([4, 2])
    expect([...data.subarray(0, 3)]).toEqual(viridis(0.5))
    expect([...data.subarray(9, 12)]).toEqual(viridis(1))
    expect(JSON.parse(readPngText(png)['chainrule:map']!)).toEqual({ shape: [1, 2, 3], scale: 2, lowest: 1.5, highest: 3, unit: 'nats/pixel' })
  })

  it('shows a table as one row, and nothing but the lowest colour where all is certain', async () => {
    const { data, info } = await sharp(await nllMapPng({ shape: [3], nats: [0, 0, 0] }, 1)).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([3, 1, ...viridis(0)])
  })

  it('refuses a picture that no program would open', async () => {
    await expect(nllMapPng({ shape: [20_000], nats: new Array<number>(20_000).fill(1) }, 1)).rejects.toThrow(/20000×1 pixels/)
  })

  it('grows brighter with the NLL', () => {
    const brightness = Array.from({ length: 33 }, (_value, step) => viridis(step / 32).reduce((sum, value, channel) => sum + value * [0.2126, 0.7152, 0.0722][channel]!, 0))
    expect(brightness).toEqual(brightness.toSorted((a, b) => a - b))
  })
})
