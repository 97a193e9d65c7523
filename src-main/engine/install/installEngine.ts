import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { buildBinding, findCompiler, tryLoading } from './binding.js'
import type { BindingOptions } from './binding.js'
import { findBindingPackage } from './bindingPackage.js'
import type { BindingPackage } from './bindingPackage.js'
import { EngineInstallError } from './engineInstallError.js'
import { engineFolder } from './folders.js'
import { withLock } from './lock.mjs'
import { hasNvidiaDriver } from './nvidia.js'
import { downloadOfficially } from './officialDownload.js'
import { downloadWheel, findPip, hasWheel } from './pip.js'
import { bindingIsCurrent, engineIsWhole, stampBinding, stampEngine } from './stamp.js'
import { unpackWheel } from './unpack.js'
import { plansFor } from './wheels.js'
import type { EnginePlan } from './wheels.js'

export interface InstallProgress {
  step: 'wait' | 'download' | 'unpack' | 'compile' | 'official'
  /** What is being done, in plain words. */
  text: string
  /** Bytes, where the step has a size. */
  done?: number
  total?: number
}

export interface InstallFailure {
  way: string
  step: string
  message: string
  mend: string
}

export interface InstallOutcome {
  /** What the studio will compute with. */
  engine: 'tensorflow' | 'official' | 'wasm'
  device: 'cpu' | 'gpu'
  /** False when everything was in place already. */
  changed: boolean
  /** The better ways that failed, in the order in which they were tried. */
  failures: InstallFailure[]
}

export interface InstallOptions {
  signal?: AbortSignal
  onProgress?: (progress: InstallProgress) => void
  env?: NodeJS.ProcessEnv
  /** For tests: other wheels, another package. */
  plans?: EnginePlan[]
  source?: BindingPackage
  load?: BindingOptions['load']
}

function situation(options: InstallOptions) {
  const env = options.env ?? process.env
  return {
    env,
    source: options.source ?? findBindingPackage(),
    plans: options.plans ?? plansFor({ platform: process.platform, arch: process.arch, nvidia: hasNvidiaDriver(env) }),
    root: engineFolder(env),
  }
}

/** Whether the best engine for this machine is in place: a few small files are read, nothing is started. */
export function engineIsReady(options: InstallOptions = {}): boolean {
  const { source, plans, root } = situation(options)
  return plans[0] !== undefined && isReady(root, plans[0], source)
}

/**
 * Makes the best native engine ready that this machine can have, and says what failed on the way. Never rejects for a
 * step that failed, since WebAssembly is always left; rejects with the signal's reason when cancelled. What was
 * downloaded whole before a cancellation or a broken connection is not downloaded again.
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallOutcome> {
  const { env, source, plans, root } = situation(options)
  const first = plans[0]
  if (first && isReady(root, first, source)) return { engine: 'tensorflow', device: first.device, changed: false, failures: [] }

  const failures: InstallFailure[] = []
  const fail = (way: string, error: unknown): void => {
    options.signal?.throwIfAborted()
    const known = error instanceof EngineInstallError ? error : new EngineInstallError('plan', (error as Error).message, 'Start again.')
    failures.push({ way, step: known.step, message: known.message, mend: known.mend })
  }
  if (plans.length === 0) {
    fail(
      'TensorFlow from its Python wheel',
      new EngineInstallError(
        'plan',
        `TensorFlow publishes no library for ${process.platform} on ${process.arch}`,
        'The studio works on WebAssembly here; for speed, run it on Linux or on a Mac with Apple silicon (on Windows: inside WSL).',
      ),
    )
  }
  for (const plan of plans) {
    try {
      const changed = await installPlan(root, plan, source, { ...options, env })
      return { engine: 'tensorflow', device: plan.device, changed, failures }
    } catch (error) {
      fail(`TensorFlow ${plan.tensorflow} (${plan.device === 'gpu' ? 'GPU' : 'processor'})`, error)
    }
  }
  // What an earlier installation left may still do, and is better than nothing.
  if (existsSync(source.binding) && (await loads(source.binding, { env, signal: options.signal, load: options.load }))) {
    return { engine: existsSync(source.stamp) ? 'tensorflow' : 'official', device: 'cpu', changed: false, failures }
  }
  try {
    options.onProgress?.({ step: 'official', text: 'Trying the download of the package itself' })
    await downloadOfficially(source, { env, signal: options.signal })
    return { engine: 'official', device: 'cpu', changed: true, failures }
  } catch (error) {
    fail('The download of tfjs-node-gpu itself', error)
  }
  return { engine: 'wasm', device: 'cpu', changed: false, failures }
}

const loads = (binding: string, options: BindingOptions): Promise<boolean> =>
  (options.load ?? tryLoading)(binding, options).then(
    () => true,
    () => false,
  )

const isReady = (root: string, plan: EnginePlan, source: BindingPackage): boolean =>
  engineIsWhole(join(root, plan.name), plan) && bindingIsCurrent(join(root, plan.name), plan, source)

async function installPlan(
  root: string,
  plan: EnginePlan,
  source: BindingPackage,
  options: InstallOptions & { env: NodeJS.ProcessEnv },
): Promise<boolean> {
  const folder = join(root, plan.name)
  // Cheap to find out, and a pity after a long download.
  findCompiler(options.env)
  await mkdir(root, { recursive: true }).catch((error: Error) => {
    throw new EngineInstallError(
      'disk',
      `${root} cannot be written: ${error.message}`,
      'Make it writable, or set CHAINRULE_ENGINE_DIR to another folder.',
    )
  })
  const lock = {
    ...(options.signal ? { signal: options.signal } : {}),
    onWait: (pid: number) =>
      options.onProgress?.({ step: 'wait', text: `Another process (${pid}) is installing the engine: waiting for it` }),
  }
  return withLock(
    join(root, 'install.lock'),
    async () => {
      if (isReady(root, plan, source)) return false
      if (!engineIsWhole(folder, plan)) await fetchEngine(root, plan, options)
      options.onProgress?.({ step: 'compile', text: 'Compiling the bridge between Node and TensorFlow (about 10 seconds)' })
      await buildBinding(folder, source, options)
      await stampBinding(folder, plan, source)
      return true
    },
    lock,
  )
}

async function fetchEngine(root: string, plan: EnginePlan, options: InstallOptions & { env: NodeJS.ProcessEnv }): Promise<void> {
  const { signal, onProgress, env } = options
  const wheels = join(root, 'wheels')
  await mkdir(wheels, { recursive: true })
  await removeLeftovers(root)
  const total = plan.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0)
  const kept = new Set<string>()
  for (const wheel of plan.wheels) if (await hasWheel(wheel, wheels, signal)) kept.add(wheel.file)
  const missing = plan.wheels.filter((wheel) => !kept.has(wheel.file))
  let done = plan.wheels.reduce((sum, wheel) => sum + (kept.has(wheel.file) ? wheel.bytes : 0), 0)
  await needSpace(root, total - done + plan.unpackedBytes)

  const pip = missing.length > 0 ? await findPip(env, signal) : null
  for (const wheel of missing) {
    const text = `Downloading ${wheel.requirement.replace('==', ' ')}`
    const onBytes = (bytes: number): void => onProgress?.({ step: 'download', text, done: done + bytes, total })
    onBytes(0)
    await downloadWheel(pip!, wheel, wheels, { env, signal, onBytes })
    done += wheel.bytes
  }

  const unpacking = join(root, `unpacking-${process.pid}`)
  try {
    let written = 0
    for (const wheel of plan.wheels) {
      const onBytes = (bytes: number): void => {
        written += bytes
        onProgress?.({
          step: 'unpack',
          text: `Unpacking ${wheel.requirement.replace('==', ' ')}`,
          done: Math.min(written, plan.unpackedBytes),
          total: plan.unpackedBytes,
        })
      }
      await unpackWheel(join(wheels, wheel.file), unpacking, { signal, onBytes })
    }
    await stampEngine(unpacking, plan)
    // Only now does the folder get its name: whoever sees it sees it whole.
    const replaced = join(root, `unpacking-${process.pid}-replaced`)
    if (existsSync(join(root, plan.name))) await rename(join(root, plan.name), replaced)
    await rename(unpacking, join(root, plan.name))
    await rm(replaced, { recursive: true, force: true })
  } finally {
    await rm(unpacking, { recursive: true, force: true })
  }
  for (const wheel of plan.wheels) await rm(join(wheels, wheel.file), { force: true })
}

/** What a killed installation left half done. Called under the lock, so nobody is at work on it. */
async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith('unpacking-')) await rm(join(root, name), { recursive: true, force: true })
  }
  for (const name of await readdir(join(root, 'wheels'))) {
    if (name.startsWith('part-')) await rm(join(root, 'wheels', name), { recursive: true, force: true })
  }
}

async function needSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  const gigabytes = (value: number): string => (value / 1e9).toFixed(1)
  throw new EngineInstallError(
    'disk',
    `The engine needs ${gigabytes(bytes)} GB on the disk of ${folder}, where ${gigabytes(bavail * bsize)} GB are free`,
    'Free some space, or set CHAINRULE_ENGINE_DIR to a folder on a larger disk.',
  )
}
