import { expect } from '@playwright/test'
import sharp from 'sharp'
import { pageNames } from '../page-models/shell'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { pageChanges, warmStart } from '../support/pace'
import type { MadeFile } from '../support/sampleFiles'
import { seededRandom } from '../support/sampleFiles'
import { workDuring, workWords } from '../support/work'
import { printLatencies } from './builder'

/** A warm start, the way from page to page, and the builder on images of 64 × 64 colours: how long each takes is printed, as machines differ. */
export async function speedIsPrinted(door: Door): Promise<void> {
  const { data } = studioPages(door.page)
  await data.drop(await colouredFiles(24))
  await data.import('Colours')

  const { work, result } = await workDuring(door.page, () => warmStart(door.page))
  const { firstPaint, interactive, scriptBytes } = result
  console.log(
    `warm start: first paint after ${firstPaint.toFixed(0)} ms, interactive after ${interactive.toFixed(0)} ms, ${workWords(work)}, scripts of ${(scriptBytes / 1000).toFixed(0)} kB`,
  )
  expect(interactive).toBeGreaterThan(0)

  const { work: visiting, result: times } = await workDuring(door.page, () => pageChanges(door.page, pageNames, 3))
  console.log(`page changes: ${workWords(visiting, 3 * pageNames.length, 'each')}`)
  for (const [name, visits] of Object.entries(times)) console.log(`to ${name}: ${visits.map((time) => time.toFixed(0)).join(', ')} ms`)
  expect(Object.keys(times)).toEqual([...pageNames])

  const { shell, models, builder } = studioPages(door.page)
  await shell.open('models')
  await models.choose('gated-pixelcnn', 'standard')
  await models.openAsBlocks()
  await builder.expectState('good')
  await door.page.evaluate(() => performance.clearMeasures())
  const layer = (await builder.kinds()).indexOf('gated-layer')
  for (let place = layer; place < layer + 4; place++) {
    await builder.select(place)
    await builder.choose('kernel', '3')
    await builder.expectState('good')
  }
  await printLatencies(door, 'builder, 64 × 64 × 3')
}

/** Pictures of 64 × 64 colours that hold two shades each. */
async function colouredFiles(count: number): Promise<MadeFile[]> {
  const random = seededRandom(5)
  const shade = (): number[] => [0, 1, 2].map(() => Math.floor(256 * random()))
  return Promise.all(
    Array.from({ length: count }, async (_value, index) => {
      const [ground, figure] = [shade(), shade()]
      const edge = 16 + Math.floor(32 * random())
      const pixels = Buffer.from(Array.from({ length: 64 * 64 }, (_pixel, at) => (at % 64 < edge ? ground : figure)).flat())
      return { name: `picture-${index}.png`, bytes: await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } }).png().toBuffer() }
    }),
  )
}
