import { constants, existsSync } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { EngineInfo } from '../../ml/tensor/engineInfo.js'
import { findCompiler } from './binding.js'
import { findBindingPackage } from './bindingPackage.js'
import type { BindingPackage } from './bindingPackage.js'
import { EngineInstallError } from './engineInstallError.js'
import { findBrowser, findElectronBinary } from './findWindows.js'
import { engineFolder } from './folders.js'
import { hasNvidiaDriver, nvidiaDriverVersion } from './nvidia.js'
import { findPip } from './pip.js'
import { gpuName, probeEngine } from './probeEngine.js'
import { bindingIsCurrent, engineIsWhole } from './stamp.js'
import { plansFor } from './wheels.js'

export interface DoctorCheck {
  name: string
  ok: boolean
  detail: string
  /** What to do, in plain words; empty where nothing has to be done. */
  mend: string
}

export interface DoctorReport {
  engine: EngineInfo
  checks: DoctorCheck[]
}

export interface DoctorOptions {
  env?: NodeJS.ProcessEnv
  /** The workspace, to be checked for space and the right to write; not checked when not given. */
  home?: string
  source?: BindingPackage
}

const good = (name: string, detail: string): DoctorCheck => ({ name, ok: true, detail, mend: '' })
const bad = (name: string, detail: string, mend: string): DoctorCheck => ({ name, ok: false, detail, mend })
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

/** Looks at everything that the studio stands on, in the order in which it is needed. Changes nothing. */
export async function runDoctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const env = options.env ?? process.env
  const source = options.source ?? findBindingPackage()
  const engine = await probeEngine(source, env)
  const native = engine.name === 'tfjs-node-gpu'
  const checks = [
    nodeVersion(),
    ...engineChain(engine, source, env),
    await gpu(engine, env),
    memory(),
    good('processor', `${availableParallelism()} cores`),
    await pip(native, env),
    compiler(native, env),
    electron(env),
    browser(env),
    await diskSpace(
      'disk for the engine',
      engineFolder(env),
      native ? 0 : 2e9,
      'Free some space, or set CHAINRULE_ENGINE_DIR to a folder on a larger disk.',
    ),
    ...(options.home ? await workspace(options.home) : []),
  ]
  return { engine, checks }
}

function nodeVersion(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 19)
  return fits ? good('node', process.versions.node) : bad('node', process.versions.node, 'Install Node 20.19 or later.')
}

/** The three ways to an engine, best first: the first one that works is in use, and those after it are not needed. */
function engineChain(engine: EngineInfo, source: BindingPackage, env: NodeJS.ProcessEnv): DoctorCheck[] {
  const plans = plansFor({ platform: process.platform, arch: process.arch, nvidia: hasNvidiaDriver(env) })
  const root = engineFolder(env)
  const built = plans.find((plan) => bindingIsCurrent(join(root, plan.name), plan, source) && engineIsWhole(join(root, plan.name), plan))
  const names = ['engine 1: TensorFlow from its wheel', 'engine 2: download of tfjs-node-gpu', 'engine 3: WebAssembly'] as const
  if (engine.name === 'wasm') {
    const mend =
      plans.length > 0
        ? 'Run npm start: it installs the engine and says what is missing.'
        : 'Run the studio on Linux or on a Mac with Apple silicon (on Windows: inside WSL).'
    return [
      bad(names[0], plans.length > 0 ? engine.reason : `TensorFlow publishes none for ${process.platform} on ${process.arch}`, mend),
      bad(
        names[1],
        existsSync(source.binding) ? engine.reason : 'not there',
        'npm start tries it where the first way fails; many networks block its host.',
      ),
      good(names[2], `in use: ${engine.reason}`),
    ]
  }
  const first = built
    ? good(names[0], `in use: ${engine.reason}`)
    : bad(
        names[0],
        'the binding in use was not built by this installer, or for another version',
        'Run npm start: it installs the engine anew.',
      )
  return [first, good(names[1], built ? 'not needed' : `in use, or put there by hand: ${engine.reason}`), good(names[2], 'not needed')]
}

async function gpu(engine: EngineInfo, env: NodeJS.ProcessEnv): Promise<DoctorCheck> {
  if (engine.device === 'gpu') return good('gpu', `${engine.gpu ?? 'in use'}, driver ${nvidiaDriverVersion() ?? 'unknown'}`)
  if (!hasNvidiaDriver(env)) return good('gpu', 'no NVIDIA driver was found: computing on the processor')
  const name = (await gpuName(env)) ?? 'an NVIDIA GPU'
  const mend =
    process.arch === 'x64'
      ? 'Run npm start: it installs the engine for the GPU. The driver has to be 525 or later.'
      : 'TensorFlow publishes no library with CUDA for this processor.'
  return bad('gpu', `${name} is there and not in use`, mend)
}

function memory(): DoctorCheck {
  const limit = process.constrainedMemory()
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const detail = `${gigabytes(total)}, ${gigabytes(freemem())} free`
  return total >= 3.5e9 ? good('memory', detail) : bad('memory', detail, 'Train small models, with small batches: 4 GB or more are better.')
}

const asCheck = (name: string, native: boolean, error: unknown): DoctorCheck => {
  const { message, mend } = error instanceof EngineInstallError ? error : { message: String(error), mend: '' }
  return native ? good(name, `${message}; not needed, as the engine is installed`) : bad(name, message, mend)
}

async function pip(native: boolean, env: NodeJS.ProcessEnv): Promise<DoctorCheck> {
  try {
    const found = await findPip(env)
    return good('pip', `${found.version} (${[found.command, ...found.args].join(' ')})`)
  } catch (error) {
    return asCheck('pip', native, error)
  }
}

function compiler(native: boolean, env: NodeJS.ProcessEnv): DoctorCheck {
  try {
    return good('compiler', findCompiler(env))
  } catch (error) {
    return asCheck('compiler', native, error)
  }
}

function electron(env: NodeJS.ProcessEnv): DoctorCheck {
  const path = findElectronBinary(env)
  if (path) return good('electron', path)
  return bad(
    'electron',
    'its binary has not been fetched: the studio opens in a browser',
    'Run npm start on a machine with a display and an open network, or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.',
  )
}

function browser(env: NodeJS.ProcessEnv): DoctorCheck {
  const path = findBrowser(env)
  return path
    ? good('browser', path)
    : bad(
        'browser',
        'none was found',
        'Install one, or open the address that npm start prints in a browser on another machine (see --host).',
      )
}

/** The nearest folder that exists, since what is not there yet will be made in it. */
function nearest(folder: string): string {
  let path = folder
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path)
  return path
}

async function diskSpace(name: string, folder: string, needed: number, mend: string): Promise<DoctorCheck> {
  const { bavail, bsize } = await statfs(nearest(folder))
  const detail = `${gigabytes(bavail * bsize)} free at ${folder}`
  return bavail * bsize >= needed ? good(name, detail) : bad(name, detail, mend)
}

async function workspace(home: string): Promise<DoctorCheck[]> {
  const name = 'workspace'
  const mend = 'Make it writable, or choose another with --home or CHAINRULE_HOME.'
  const writable = await mkdir(home, { recursive: true })
    .then(() => access(home, constants.W_OK))
    .then(
      () => good(name, `${home} can be written`),
      (error: Error) => bad(name, `${home}: ${error.message}`, mend),
    )
  return [writable, await diskSpace('disk for the workspace', home, 2e9, 'Free some space, or choose another disk with --home.')]
}
