import { existsSync, readFileSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findBindingPackage } from './bindingPackage.js'
import { EngineInstallError } from './engineInstallError.js'
import { engineFolder } from './folders.js'
import type { InstallOptions } from './installEngine.js'
import { withLock } from './lock.mjs'
import { hasNvidiaDriver } from './nvidia.js'
import { bindingIsCurrent, engineIsWhole, isBuiltAgainst } from './stamp.js'
import { plansFor } from './wheels.js'
import type { EnginePlan } from './wheels.js'

export interface EngineInPlace {
  name: string
  folder: string
  tensorflow: string | null
  device: 'cpu' | 'gpu' | null
  /** The binding of this package was built against it. */
  inUse: boolean
}

/** The engines that are unpacked on this machine, whichever clone has put them there; what is being unpacked is none yet. */
export async function installedEngines(options: InstallOptions = {}): Promise<EngineInPlace[]> {
  const { root, source } = place(options)
  const names = await readdir(root).catch(() => [])
  return names
    .filter((name) => !name.startsWith('unpacking-') && existsSync(join(root, name, 'engine.json')))
    .sort()
    .map((name) => {
      const folder = join(root, name)
      return { name, folder, ...stampOf(folder), inUse: isBuiltAgainst(folder, source) }
    })
}

/** The best engine for this machine, and whether it is in place; null where there is none. */
export function plannedEngine(options: InstallOptions = {}): { plan: EnginePlan; ready: boolean } | null {
  const { root, source, env } = place(options)
  const plan = (options.plans ?? plansFor({ platform: process.platform, arch: process.arch, nvidia: hasNvidiaDriver(env) }))[0]
  if (!plan) return null
  const folder = join(root, plan.name)
  return { plan, ready: engineIsWhole(folder, plan) && bindingIsCurrent(folder, plan, source) }
}

export const engineRoot = (options: InstallOptions = {}): string => place(options).root

/** Removes an engine, and the binding where it was built against it: a binding without its library would fail at every start. */
export async function removeEngine(name: string, options: InstallOptions = {}): Promise<void> {
  const { root, source } = place(options)
  const found = (await installedEngines(options)).find((engine) => engine.name === name)
  if (!found) throw new EngineInstallError('plan', `There is no engine '${name}' in ${root}`, 'It may have been removed already: look again.')
  await withLock(
    join(root, 'install.lock'),
    async () => {
      const leaving = join(root, `unpacking-${process.pid}-removed`)
      if (found.inUse) await Promise.all([rm(source.binding, { force: true }), rm(source.stamp, { force: true })])
      // The name goes at once; whatever an interruption leaves of the rest goes with the next installation.
      await rename(found.folder, leaving)
      await rm(leaving, { recursive: true, force: true })
    },
    options.signal ? { signal: options.signal } : {},
  )
}

function place(options: InstallOptions) {
  const env = options.env ?? process.env
  return { env, source: options.source ?? findBindingPackage(), root: engineFolder(env) }
}

function stampOf(folder: string): Pick<EngineInPlace, 'tensorflow' | 'device'> {
  try {
    const { tensorflow, device } = JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8')) as { tensorflow?: string; device?: string }
    return { tensorflow: tensorflow ?? null, device: device === 'cpu' || device === 'gpu' ? device : null }
  } catch {
    return { tensorflow: null, device: null }
  }
}
