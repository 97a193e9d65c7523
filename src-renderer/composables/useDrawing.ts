import { useStorage } from '@vueuse/core'
import { computed, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { isSeries } from '../../src-main/contract'
import type { CheckpointSelector, RunRecord, SampleClass } from '../../src-main/contract'
import { useLiveSound } from './useLiveSound'
import { useRecording } from './useRecording'
import { useStreamed } from './useStreamed'
import { useSamplesStore } from '../stores/samples'

/** The form of the Samples page and the drawing it starts. */
export function useDrawing(run: Readonly<Ref<RunRecord | null>>, classNames: Readonly<Ref<readonly string[] | null>>) {
  const samples = useSamplesStore()
  const { progress, error, run: stream, cancel } = useStreamed()

  const checkpoint = shallowRef<CheckpointSelector>('best')
  const weights = shallowRef<'raw' | 'ema' | null>(null)
  const sampleClass = shallowRef<SampleClass>('each')
  const remembered = useStorage(
    'chainrule:drawing',
    { count: 64, perClass: 10, clips: 4, texts: 4, seed: 0, temperature: 1, seconds: 2, live: false, length: 400, prompt: '' },
    undefined,
    { mergeDefaults: true },
  )
  const isText = computed(() => run.value?.dataset.domain.kind === 'text')
  const isAudio = computed(() => run.value?.dataset.domain.kind === 'audio')
  /** Which number is asked for: a wall of images is many, a list to listen to is few, and a class has a row. Each is remembered. */
  const counted = computed(() => {
    if (classNames.value && sampleClass.value === 'each') return 'perClass'
    return isText.value ? 'texts' : isAudio.value ? 'clips' : 'count'
  })
  const settings = computed(() => {
    const { seed, temperature, seconds, live, length, prompt } = remembered.value
    return { seed, temperature, seconds, live, length, prompt, count: remembered.value[counted.value] }
  })
  function setSettings({ count, ...rest }: Partial<typeof settings.value>): void {
    Object.assign(remembered.value, rest, count === undefined ? {} : { [counted.value]: count })
  }

  /** The last set, if it belongs to the run in view. */
  const set = computed(() => (samples.drawn && samples.drawn.recipe.runId === run.value?.id ? samples.drawn : null))

  const sound = useLiveSound()
  /** Models that are conditioned on features are told those of a recording, and draw as much. */
  const told = useRecording(run)

  async function draw(): Promise<void> {
    const current = run.value
    if (!current) return
    const { count, seed, temperature, seconds, live, length, prompt } = settings.value
    const { domain } = current.dataset
    const heard = isAudio.value && live
    if (heard) sound.start(domain)
    const done = await stream((onProgress, signal) =>
      samples.draw(
        {
          runId: current.id,
          checkpoint: checkpoint.value,
          weights: weights.value ?? undefined,
          count: counted.value === 'perClass' ? count * (classNames.value?.length ?? 1) : count,
          seed,
          temperature,
          seconds: isAudio.value && !told.needed.value ? seconds : undefined,
          features: told.chosen.value ? { kind: 'clip', ...told.chosen.value } : undefined,
          length: isText.value && isSeries(domain) ? length : undefined,
          prompt: isText.value && prompt !== '' ? prompt : undefined,
          class: classNames.value ? sampleClass.value : undefined,
        },
        onProgress,
        signal,
        heard ? (part) => sound.hear(part, domain) : undefined,
      ),
    )
    if (!heard) return
    const rest = done && set.value ? set.value.levels.subarray(sound.levels.value?.length ?? 0, set.value.levels.length / set.value.recipe.count) : null
    if (rest && rest.length > 0) sound.hear({ sample: 0, from: sound.levels.value?.length ?? 0, levels: rest }, domain)
    if (done) sound.finish()
    else sound.stop()
  }

  return { checkpoint, weights, sampleClass, settings, setSettings, progress, error, set, draw, cancel, growing: sound.levels, told }
}
