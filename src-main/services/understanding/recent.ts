/** Examinations kept: a few thousand numbers for each. */
export const EXAMINATIONS_KEPT = 12
export const CONDITIONALS_KEPT = 8

export interface Recent<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

const kept = new WeakMap<object, Map<string, Map<string, unknown>>>()

/** What a studio computed last of a kind, the latest `most`; forgotten with the studio. */
export function recentOf<Value>(owner: object, kind: string, most: number): Recent<Value> {
  const kinds = kept.get(owner) ?? new Map<string, Map<string, unknown>>()
  kept.set(owner, kinds)
  const values = kinds.get(kind) ?? new Map<string, unknown>()
  kinds.set(kind, values)
  return {
    get(key) {
      const value = values.get(key) as Value | undefined
      if (value !== undefined) {
        values.delete(key)
        values.set(key, value)
      }
      return value
    },
    set(key, value) {
      values.set(key, value)
      const oldest = values.keys().next().value
      if (values.size > most && oldest !== undefined) values.delete(oldest)
    },
  }
}
