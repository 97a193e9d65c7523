import type { InjectionKey, ShallowRef } from 'vue'
import { inject, provide, shallowRef } from 'vue'

/** A place on the horizontal axis that all charts of a page share, and which chart it was set in. */
export interface Cursor {
  place: number
  from: symbol
}

const key: InjectionKey<ShallowRef<Cursor | null>> = Symbol('cursor')

/** One crosshair for all charts below the component that calls this. */
export function provideCursor(): ShallowRef<Cursor | null> {
  const cursor = shallowRef<Cursor | null>(null)
  provide(key, cursor)
  return cursor
}

export function useCursor(): ShallowRef<Cursor | null> {
  return inject(key, () => shallowRef(null), true)
}
