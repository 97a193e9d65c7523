import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BindingPackage } from './bindingPackage.js'
import type { EnginePlan } from './wheels.js'

/** Written into an unpacked engine as the last thing, so a folder without it is not whole. */
const engineStampName = 'engine.json'

export interface BindingStamp {
  plan: string
  engine: string
  recipe: string
  bytes: number
  modified: number
}

/** What an engine's folder depends on. */
export const planHash = (plan: EnginePlan): string =>
  createHash('sha256')
    .update(JSON.stringify(plan.wheels.map((wheel) => wheel.sha256)))
    .digest('hex')
    .slice(0, 16)

/** What a binding depends on besides. */
const recipeHash = (plan: EnginePlan, source: BindingPackage): string =>
  createHash('sha256')
    .update([planHash(plan), source.version, process.platform, process.arch].join('\n'))
    .digest('hex')
    .slice(0, 16)

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return null
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`)
  await rename(temporary, path)
}

export function engineIsWhole(folder: string, plan: EnginePlan): boolean {
  return readJson<{ wheels: string }>(join(folder, engineStampName))?.wheels === planHash(plan)
}

export const stampEngine = (folder: string, plan: EnginePlan): Promise<void> =>
  writeJson(join(folder, engineStampName), { name: plan.name, tensorflow: plan.tensorflow, device: plan.device, wheels: planHash(plan) })

/** Reads a few small files and nothing else: this is what every start pays when nothing has changed. */
export function bindingIsCurrent(engine: string, plan: EnginePlan, source: BindingPackage): boolean {
  const stamp = readJson<BindingStamp>(source.stamp)
  if (!stamp || stamp.engine !== engine || stamp.recipe !== recipeHash(plan, source)) return false
  const file = statSync(source.binding, { throwIfNoEntry: false })
  return file !== undefined && file.size === stamp.bytes && file.mtimeMs === stamp.modified
}

/** Whether the binding that is in place was built against this engine, current or not. */
export const isBuiltAgainst = (engine: string, source: BindingPackage): boolean => readJson<BindingStamp>(source.stamp)?.engine === engine

export async function stampBinding(engine: string, plan: EnginePlan, source: BindingPackage): Promise<void> {
  const file = statSync(source.binding)
  await writeJson(source.stamp, {
    plan: plan.name,
    engine,
    recipe: recipeHash(plan, source),
    bytes: file.size,
    modified: file.mtimeMs,
  } satisfies BindingStamp)
}
