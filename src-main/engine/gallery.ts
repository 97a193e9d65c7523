import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { classesOfSamples } from '../contract/conditioning'
import type { Domain } from '../contract/domain'
import { dimensionsOf } from '../contract/domain'
import type { TrainingConfig } from '../contract/records/training'
import { conditionNumbers } from '../ml/models/conditionNumbers'
import type { Model } from '../ml/models/model'
import { drawSamples } from '../ml/sampling/ancestral'
import type { DrawnSamples } from '../ml/sampling/ancestral'
import { tf } from '../ml/tensor/tf'
import type { TensorMap } from '../ml/training/learner'
import { writeSamples } from './sampleFile'

/** Share of the training time that drawing may take, and what it may take in any case. */
const SHARE = 0.1
const LEAST_SECONDS = 1

/** Samples of the training gallery, drawn with the same random numbers at each checkpoint. */
export interface Gallery {
  /** The written file; null when there is none to draw, or drawing even one would take too large a share of the training time. */
  draw(step: number, trainingSeconds: number, weights: TensorMap): Promise<string | null>
}

interface GalleryOptions {
  model: Model
  domain: Domain
  training: TrainingConfig
  runFolder: string
  /** Pairs: levels of some, whose sources are turned into targets. */
  pairs?: Float32Array | null
  /** Models that are conditioned on features: standardised ones of recordings, for samples of `galleryLength` each. */
  features?: Float32Array | null
  /** Milliseconds. */
  now?: () => number
}

export function createGallery({ model, domain, training, runFolder, pairs = null, features = null, now = () => performance.now() }: GalleryOptions): Gallery {
  const { conditioning } = model
  // There are no vectors to draw a gallery with.
  if (conditioning?.kind === 'vector' || (conditioning?.kind === 'features' && !features)) return { draw: () => Promise.resolve(null) }
  /** Each class has its share; the first samples are the same however many are drawn. */
  const classes = conditioning?.kind === 'class' ? Float32Array.from(classesOfSamples('each', training.gallerySamples, conditioning.classes)) : null
  /** Numbers of one sample's features, and how many there are features for. */
  const each = conditioning?.kind === 'features' ? conditionNumbers(conditioning, galleryLength(domain)) : 1
  const most = features ? features.length / each : Infinity
  let spent = 0
  /** Seconds that one sample takes, as far as is known. */
  let secondsEach = 0

  return {
    async draw(step, trainingSeconds, weights) {
      const allowed = Math.max(SHARE * trainingSeconds, LEAST_SECONDS) - spent
      // A slow sampler draws the first few: sample i is the same whatever the number drawn.
      const count = Math.floor(Math.min(training.gallerySamples, pairs ? pairs.length / dimensionsOf(domain) : Infinity, most, secondsEach > 0 ? allowed / secondsEach : Infinity))
      if (count < 1) return null
      const started = now()
      const elapsed = (): number => (now() - started) / 1000
      const deadline = new AbortController()
      const parameters = tensorsOf(weights)
      let drawn: DrawnSamples | null = null
      try {
        drawn = await drawSamples({
          model,
          parameters,
          count,
          seed: training.seed,
          ...(pairs ? { given: sourcesOf(pairs, domain).slice(0, count * dimensionsOf(domain)) } : {}),
          ...(classes ? { condition: classes.slice(0, count) } : {}),
          ...(features ? { condition: features.slice(0, count * each) } : {}),
          length: model.ordering ? null : galleryLength(domain),
          signal: deadline.signal,
          onProgress(done, total) {
            secondsEach = (elapsed() * total) / done / count
            // A little over is made up for at the next checkpoint; far over is a sampler too slow for this number.
            if (elapsed() > 1.5 * allowed) deadline.abort()
          },
        })
        secondsEach = elapsed() / count
      } catch (error) {
        if (!deadline.signal.aborted) throw error
      } finally {
        tf.dispose(parameters)
        spent += elapsed()
      }
      if (!drawn) return null
      const file = join(runFolder, 'gallery', `${step}.safetensors`)
      await writeSamples(file, { levels: drawn.levels, means: drawn.means, logProb: Float32Array.from(drawn.logProb) })
      return file
    },
  }
}

/** What is given of each pair: its source; −1 where its target is drawn. */
const sourcesOf = (pairs: Float32Array, domain: Domain): Int32Array =>
  Int32Array.from(pairs, (level, at) => (at % dimensionsOf(domain) < (domain.text?.source ?? 0) ? level : -1))

/** Samples of a time series: one second, or as long as the longest clip. */
export const galleryLength = (domain: Domain): number => Math.min(domain.shape[0]!, domain.sampleRate ?? domain.shape[0]!)

export function tensorsOf(weights: TensorMap): Record<string, tf.Tensor> {
  return Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]))
}
