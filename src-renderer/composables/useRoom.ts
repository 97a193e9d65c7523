import { useWindowSize } from '@vueuse/core'
import { computed } from 'vue'
import type { ComputedRef } from 'vue'

/** Screen pixels that pictures may be high without scrolling, where everything else on the page takes `used` of them. */
export function useRoom(used: number, least = 240): ComputedRef<number> {
  const { height } = useWindowSize()
  return computed(() => Math.max(least, height.value - used))
}
