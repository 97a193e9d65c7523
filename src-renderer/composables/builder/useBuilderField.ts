import type { ComputedRef, Ref } from 'vue'
import { computed, shallowRef, watch } from 'vue'
import type { Domain } from '../../../src-main/contract'
import type { FieldPicture } from '../../../src-main/contract/builder'
import { fieldPicture } from '../../../src-main/contract/builder'
import type { DraftConfig } from './blockChain'
import { COMPOSED } from './composedDocument'

export interface BuilderFieldOptions {
  config: ComputedRef<DraftConfig>
  domain: ComputedRef<Domain | null>
  /** Index of the chosen block. */
  block: ComputedRef<number>
  /** Called when a picture of the present model has been made. */
  onPicture(): void
}

/** What one pixel and channel sees, of the model's output or of the chosen block: computed in the window, after the frame of the edit. */
export function useBuilderField({ config, domain, block, onPicture }: BuilderFieldOptions) {
  const pixel = shallowRef<{ row: number; column: number } | null>(null)
  const channel = shallowRef(0)
  const upTo: Ref<'output' | 'block'> = shallowRef('output')
  const picture = shallowRef<FieldPicture | null>(null)
  /** Why there is no picture. */
  const problem = shallowRef<string | null>(null)

  const size = computed(() => {
    const { value } = domain
    if (!value) return null
    const [height = 1, width = 1, channels = 1] = value.shape
    const dimensions = value.shape.reduce((product, length) => product * length, 1)
    return value.kind === 'image' ? { height, width, channels } : { height: 1, width: dimensions, channels: 1 }
  })
  const place = computed(() => {
    const { height, width, channels } = size.value ?? { height: 1, width: 1, channels: 1 }
    const { row, column } = pixel.value ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) }
    return { row: Math.min(row, height - 1), column: Math.min(column, width - 1), channel: Math.min(channel.value, channels - 1) }
  })

  function draw(): void {
    const { value } = domain
    if (!value || config.value.blocks.length === 0) {
      picture.value = null
      problem.value = null
      return
    }
    try {
      const of = upTo.value === 'block' && block.value >= 0 ? { ...place.value, block: block.value } : place.value
      picture.value = fieldPicture({ family: COMPOSED, config: config.value }, value, of)
      problem.value = null
      onPicture()
    } catch (error) {
      // A model that cannot be built has no field; the block that keeps it from that says why.
      picture.value = null
      problem.value = error instanceof Error ? error.message : String(error)
    }
  }

  let waiting = 0
  watch(
    [config, domain, place, upTo, () => (upTo.value === 'block' ? block.value : -1)],
    () => {
      cancelAnimationFrame(waiting)
      waiting = requestAnimationFrame(draw)
    },
    { immediate: true },
  )

  return {
    place,
    channel,
    upTo,
    picture,
    problem,
    size,
    setPixel: (next: { row: number; column: number }) => (pixel.value = next),
    setChannel: (next: number) => (channel.value = next),
    setUpTo: (next: 'output' | 'block') => (upTo.value = next),
  }
}
