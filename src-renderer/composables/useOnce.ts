import { shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'

/** False until `source` holds for the first time, and true from then on. */
export function useOnce(source: MaybeRefOrGetter<boolean>): Readonly<ShallowRef<boolean>> {
  const happened = shallowRef(toValue(source))
  const stop = watch(
    () => toValue(source),
    (now) => {
      if (!now) return
      happened.value = true
      stop()
    },
  )
  return shallowReadonly(happened)
}
