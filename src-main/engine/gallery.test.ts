import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { trainingConfigSchema } from '../contract/records/training'
import type { CachedSampler, Model } from '../ml/models/model'
import { initialParameters } from '../ml/tensor/initialize'
import { startEngine } from '../ml/tensor/startEngine'
import type { TensorMap } from '../ml/training/learner'
import { buildModel } from './buildModel'
import { createGallery } from './gallery'
import { readSamples } from './sampleFile'
import { chainDomain } from './testStore'
import type { LevelArray } from '../contract/levels'

let runFolder: string
beforeAll(() => startEngine())
beforeEach(async () => {
  runFolder = await mkdtemp(join(tmpdir(), 'gallery-'))
})
afterEach(() => rm(runFolder, { recursive: true }))

/** A real model whose sampler takes its time on a clock of its own: `milliseconds` for each dimension of each sample. */
function slowModel(milliseconds: () => number): { model: Model; now: () => number; weights: TensorMap } {
  const { samplingPlan: _, ...model } = buildModel({ family: 'made', config: { hidden: [16] } }, chainDomain, 0)
  let clock = 0
  const weights: TensorMap = new Map(Object.entries(initialParameters(model.parameters, 1)).map(([name, data]) => [name, { shape: model.parameters.find((one) => one.name === name)!.shape, data }]))
  const slow: Model = {
    ...model,
    sampler(given, batch, condition): CachedSampler {
      const sampler = model.sampler!(given, batch, condition)
      return {
        logits(step) {
          clock += batch * milliseconds()
          // A sampler that is really slow reports its progress now and then.
          if (milliseconds() >= 100) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
          return sampler.logits(step)
        },
        accept: (step, values) => sampler.accept(step, values),
      }
    },
  }
  return { model: slow, now: () => clock, weights }
}

const training = trainingConfigSchema.parse({ gallerySamples: 12, seed: 4 })

async function drawnAt(file: string | null): Promise<LevelArray | null> {
  return file === null ? null : (await readSamples(file)).levels
}

describe('the gallery of a training', () => {
  it('draws the same samples at each checkpoint while the weights are the same, in files of their steps', async () => {
    const { model, now, weights } = slowModel(() => 0)
    const gallery = createGallery({ model, domain: chainDomain, training, runFolder, now })
    const first = await drawnAt(await gallery.draw(10, 1, weights))
    const second = await drawnAt(await gallery.draw(20, 2, weights))
    expect(first).toHaveLength(12 * 36)
    expect(second).toEqual(first)
    expect((await readdir(join(runFolder, 'gallery'))).sort()).toEqual(['10.safetensors', '20.safetensors'])
  })

  it('draws as many as fit a tenth of the training time; those it draws are the first of the whole', async () => {
    let each = 0
    const { model, now, weights } = slowModel(() => each)
    const whole = await drawnAt(await createGallery({ model, domain: chainDomain, training, runFolder, now }).draw(1, 0, weights))
    // 12 samples of 36 dimensions take 2.16 s; after 100 s of training 10 s are allowed.
    each = 5
    const gallery = createGallery({ model, domain: chainDomain, training, runFolder, now })
    expect(await drawnAt(await gallery.draw(10, 100, weights))).toEqual(whole)
    // 2.16 s are spent, so at 30 s there are 0.84 s left: 4 samples of 0.18 s each.
    expect(await drawnAt(await gallery.draw(11, 30, weights))).toEqual(whole!.slice(0, 4 * 36))
    // 0.72 s more are spent: nothing is left at 29 s, everything fits again at 100 s.
    expect(await gallery.draw(12, 29, weights)).toBeNull()
    expect(await drawnAt(await gallery.draw(13, 100, weights))).toEqual(whole)
  })

  it('leaves off when the first drawing takes far longer than allowed, and then draws what fits', async () => {
    let each = 100
    const { model, now, weights } = slowModel(() => each)
    const gallery = createGallery({ model, domain: chainDomain, training, runFolder, now })
    // One second is always allowed, but one sample takes 3.6 s.
    expect(await gallery.draw(1, 0, weights)).toBeNull()
    const spent = now() / 1000
    expect(spent).toBeLessThan(12 * 3.6)
    each = 99
    expect(await gallery.draw(2, 10 * (spent + 3), weights)).toBeNull()
    expect(await drawnAt(await gallery.draw(3, 10 * (spent + 2 * 3.6 + 0.1), weights))).toHaveLength(2 * 36)
  })

  it('draws none when none are asked for', async () => {
    const { model, now, weights } = slowModel(() => 0)
    const gallery = createGallery({ model, domain: chainDomain, training: { ...training, gallerySamples: 0 }, runFolder, now })
    expect(await gallery.draw(1, 100, weights)).toBeNull()
  })
})
