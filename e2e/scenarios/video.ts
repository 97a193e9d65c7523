import { expect } from '@playwright/test'
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { datasetRecords, runRecords } from '../support/runRecords'
import { movingSquares } from '../support/videoFiles'

const FRAMES = 4

/** Video takes the same way as pictures, and moves wherever it is shown. */
export async function videoIsContinued(door: Door): Promise<void> {
  const { shell, data, models, train, samples } = studioPages(door.page)

  await data.drop(await movingSquares())
  await expect(data.recognised).toContainText('30 grey animations, 4 frames each', { timeout: 60_000 })
  await data.binarise('Threshold')
  await data.import('Squares')
  const [dataset] = datasetRecords(door.home)
  expect(dataset?.domain).toMatchObject({ kind: 'video', shape: [FRAMES, 8, 8, 1], levels: 2 })

  await shell.open('models')
  await models.choose('video-pixel-network', 'small')
  await models.budget({ steps: 20 })
  await models.set('gallerySamples', 4)
  await models.start()
  await shell.open('train')
  await train.expectStatus('Completed', 90_000)
  await plays(train.gallery)
  const [run] = runRecords(door.home)
  // 64 ln 2 = 44.4 nats is what a model that knows nothing pays for a frame.
  expect(run?.best?.nats).toBeLessThan(FRAMES * 64 * Math.LN2)

  await shell.open('samples')
  await samples.setCount(4)
  await samples.draw()
  await plays(samples.canvas)
  await samples.clips.slider.press('End')
  await expect(samples.clips.frame).toHaveText('4 / 4')
  const last = await pixels(samples.canvas)
  await samples.clips.slider.press('Home')
  await expect(samples.clips.frame).toHaveText('1 / 4')
  await expect.poll(() => pixels(samples.canvas)).not.toBe(last)

  const gif = await door.save(() => samples.exportClips('GIF'))
  expect(gif.name).toMatch(/\.gif$/)
  expect(await sharp(gif.bytes, { animated: true }).metadata()).toMatchObject({ format: 'gif', pages: FRAMES })
  const webp = await door.save(() => samples.exportClips('WebP'))
  expect(await sharp(webp.bytes, { animated: true }).metadata()).toMatchObject({ format: 'webp', pages: FRAMES })
  const strips = await sharp((await door.save(() => samples.exportClips('PNG'))).bytes).metadata()
  // A row of frames for each of the four.
  expect(strips.format).toBe('png')
  expect(strips.width).toBeGreaterThan(0.9 * (strips.height ?? 0))

  await goesOn(door)
}

/** The first two frames stay, what the model makes of them plays beside the true clip; what has no place in video says what to do instead. */
async function goesOn(door: Door): Promise<void> {
  const { shell, samples, understand } = studioPages(door.page)
  await shell.open('understand')
  await expect(understand.page.getByRole('heading', { name: 'A clip is not looked into pixel by pixel' })).toBeVisible()
  await door.page.getByRole('link', { name: 'Go on from given frames' }).click()
  await expect(samples.framesKept).toHaveAttribute('aria-valuenow', '2')
  await samples.setCompletion('examples', 2)
  await samples.setCompletion('draws', 3)
  await samples.complete()
  await expect(samples.completions).toHaveCount(6)
  await expect(samples.completionLabel).toContainText('Exact')
  const [example, , drawn] = [0, 1, 2].map((place) => door.page.getByTestId('completion-row').first().locator('canvas').nth(place)) as [Locator, Locator, Locator]
  // They were stopped before, on another page.
  await expect(samples.clips.play).toHaveAccessibleName('Play the clips')
  await samples.clips.slider.press('Home')
  await expect(samples.clips.frame).toHaveText('1 / 4')
  await samples.clips.slider.press('ArrowRight')
  await expect(samples.clips.frame).toHaveText('2 / 4')
  // Frames that stay are the true ones.
  expect(await pixels(drawn)).toBe(await pixels(example))
  const { bytes } = await door.save(() => samples.exportCompletions())
  expect((await sharp(bytes).metadata()).format).toBe('png')

  await door.page.getByRole('radio', { name: 'Play back', exact: true }).click()
  await expect(door.page.getByTestId('refused-video')).toContainText('not played back')
  await door.page.getByTestId('refused-video').getByRole('button', { name: 'Go on from given frames' }).click()
  await expect(samples.framesKept).toBeVisible()
}

const pixels = (canvas: Locator): Promise<string> => canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL())

/** Without anybody's doing. */
async function plays(canvas: Locator): Promise<void> {
  const before = await pixels(canvas)
  await expect.poll(async () => (await pixels(canvas)) !== before, { intervals: [50] }).toBe(true)
}
