import { expect } from '@playwright/test'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** A model that is told the class draws a row of each, or only what is asked for; and it classifies. */
export async function samplesOfEachClass(door: Door): Promise<void> {
  const { shell, models, train, samples, checkpoints } = studioPages(door.page)
  await shell.open('models')
  await models.choose('gated-pixelcnn', 'small')
  await models.setChoice('condition', 'class')
  await models.budget({ steps: 10 })
  await models.set('batchSize', 16)
  await models.start()
  await train.expectStatus('Completed', 90_000)
  expect(runRecords(door.home)[0]?.model.config).toMatchObject({ condition: 'class' })

  await shell.open('samples')
  await samples.setCount(3)
  await samples.draw()
  await expect(samples.classRows).toHaveCount(10)
  expect(await recipe(door)).toMatchObject({ count: 30, class: 'each' })

  await samples.chooseClass('class 7')
  await samples.setCount(4)
  await samples.draw()
  await expect(samples.classRows).toHaveCount(0)
  expect(await recipe(door)).toMatchObject({ count: 4, class: 7 })

  // The same model says which class an example is of.
  await shell.open('checkpoints')
  await checkpoints.openTab('classes')
  await checkpoints.classify()
  await expect(checkpoints.confusion.getByRole('row')).toHaveCount(11)
  await expect(checkpoints.accuracy).toHaveText(/\d/)
  expect(await figure(checkpoints.accuracy)).toBeLessThanOrEqual(100)
}

async function recipe(door: Door): Promise<unknown> {
  const { samples } = studioPages(door.page)
  const { bytes } = await door.save(() => samples.exportPng())
  const { comments } = await sharp(bytes).metadata()
  const written = comments?.find(({ keyword }) => keyword.endsWith('chainrule:recipe'))
  return JSON.parse(written?.text ?? '{}') as unknown
}
