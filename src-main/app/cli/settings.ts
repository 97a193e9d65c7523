import { UserError } from '../../data/userError'

export type Settings = Record<string, unknown>

/** 'a.b=[1,2]' -> { path: ['a', 'b'], value: [1, 2] }. A value that is not JSON is a word. */
export function parseSetting(text: string): { path: string[]; value: unknown } {
  const at = text.indexOf('=')
  const path = text.slice(0, at).split('.')
  if (at < 1 || path.some((part) => !/^[\w-]+$/.test(part)))
    throw new UserError(`--set needs key=value, for example --set hidden=[500,500], not '${text}'.`, { field: 'set' })
  const value = text.slice(at + 1)
  try {
    return { path, value: JSON.parse(value) as unknown }
  } catch {
    return { path, value }
  }
}

/** A copy of `target` with the value at a path; objects on the way are made, positions of arrays must exist. */
export function withValue(target: unknown, path: readonly string[], value: unknown, name = path.join('.')): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(target)) {
    const index = Number(first)
    if (!Number.isInteger(index) || index < 0 || index >= target.length)
      throw new UserError(`--set ${name}: there is no element ${first}; the list has ${target.length}.`, { field: 'set' })
    return target.map((element: unknown, position) => (position === index ? withValue(element, rest, value, name) : element))
  }
  const object: Settings = typeof target === 'object' && target !== null ? (target as Settings) : {}
  return { ...object, [first]: withValue(object[first], rest, value, name) }
}

export interface Targets {
  config: Settings
  /** Names that the family's configuration knows. */
  configKeys: readonly string[]
  training: Settings
  trainingKeys: readonly string[]
}

/**
 * Applies --set options. 'model.x' and 'training.x' say where x belongs; a bare x goes where it is known, and is refused when
 * both or neither know it.
 */
export function applySettings(
  { config, configKeys, training, trainingKeys }: Targets,
  texts: readonly string[],
): { config: Settings; training: Settings } {
  const result = { config, training }
  for (const text of texts) {
    const { path, value } = parseSetting(text)
    const [first = '', ...rest] = path
    const prefixed = rest.length > 0 && (first === 'model' || first === 'config' || first === 'training')
    const key = prefixed ? (rest[0] ?? '') : first
    const known = { config: configKeys.includes(key), training: trainingKeys.includes(key) }
    const into = prefixed ? (first === 'training' ? 'training' : 'config') : bareTarget(key, known)
    if (into === null || !known[into]) {
      const lists = `The model has: ${configKeys.join(', ') || 'none'}. Training has: ${trainingKeys.join(', ')}.`
      throw new UserError(`--set ${key}: there is no such setting. ${lists}`, { field: 'set' })
    }
    const where = prefixed ? rest : path
    result[into] = withValue(
      result[into],
      where,
      into === 'training' && (key === 'schedule' || key === 'optimizer') && where.length === 1 && typeof value === 'string' ? { kind: value } : value,
    ) as Settings
  }
  return result
}

function bareTarget(key: string, known: { config: boolean; training: boolean }): 'config' | 'training' | null {
  if (known.config && known.training)
    throw new UserError(`--set ${key} could be the model's or training's.`, {
      field: 'set',
      mend: `Write model.${key} or training.${key}.`,
    })
  return known.config ? 'config' : known.training ? 'training' : null
}
