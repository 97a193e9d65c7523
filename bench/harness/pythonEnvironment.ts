import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { engineFolder } from '../../src-main/engine/install/folders'
import { withLock } from '../../src-main/engine/install/lock.mjs'
import { findProgram, lastLines, runCommand } from '../../src-main/engine/install/runCommand'
import { BenchError } from './benchError'

export interface EnvironmentOptions {
  /** bench/python */
  sources: string
  say(text: string): void
  signal?: AbortSignal
  env?: NodeJS.ProcessEnv
}

const OLDEST = [3, 11] as const
const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']
const IMPORTS = 'import torch; print(torch.__version__)'

/**
 * The interpreter of an environment with PyTorch, beside the engine in the user's cache: made when it is not there or its requirements have
 * changed. `CHAINRULE_BENCH_PYTHON` names an interpreter of the user's own instead.
 */
export async function pythonEnvironment({ sources, say, signal, env = process.env }: EnvironmentOptions): Promise<string> {
  if (env.CHAINRULE_BENCH_PYTHON) {
    const result = await runCommand(env.CHAINRULE_BENCH_PYTHON, ['-c', IMPORTS], { env, signal })
    if (result.code === 0) return env.CHAINRULE_BENCH_PYTHON
    throw new BenchError(
      `CHAINRULE_BENCH_PYTHON (${env.CHAINRULE_BENCH_PYTHON}) cannot import PyTorch: ${lastLines(result.stderr, 1)}`,
      'Name an interpreter that can, or unset the variable: the benchmark then makes an environment of its own.',
    )
  }
  const folder = join(dirname(engineFolder(env)), 'bench-python')
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  const stamp = join(folder, 'chainrule-stamp')
  const wanted = await fingerprint(sources)
  const current = async (): Promise<boolean> => existsSync(python) && (await readFile(stamp, 'utf8').catch(() => '')) === wanted
  if (await current()) return python
  await mkdir(dirname(folder), { recursive: true })
  await withLock(
    `${folder}.lock`,
    async () => {
      if (await current()) return
      await makeEnvironment({ folder, python, sources, say, env, ...(signal ? { signal } : {}) })
      await writeFile(stamp, wanted)
    },
    { ...(signal ? { signal } : {}), onWait: (pid) => say(`Another benchmark (process ${pid}) is setting PyTorch up: waiting for it`) },
  )
  return python
}

/** Changes whenever the environment has to be made again. */
async function fingerprint(sources: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['requirements.txt', 'cuda_stubs.py']) hash.update(await readFile(join(sources, file)))
  return hash.digest('hex')
}

interface Making extends Required<Pick<EnvironmentOptions, 'sources' | 'say' | 'env'>> {
  folder: string
  python: string
  signal?: AbortSignal
}

async function makeEnvironment({ folder, python, sources, say, signal, env }: Making): Promise<void> {
  const base = await findPython(env, signal)
  await rm(folder, { recursive: true, force: true })
  const made = await runCommand(base, ['-m', 'venv', folder], { env, signal })
  if (made.code !== 0) {
    throw new BenchError(
      `Python could not make a virtual environment: ${lastLines(made.stderr || made.stdout, 2)}`,
      'Install its venv module and pip, for example with: apt-get install python3-venv python3-pip',
    )
  }
  const requirements = join(sources, 'requirements.txt')
  const torch = /^torch==(\S+)/m.exec(await readFile(requirements, 'utf8'))?.[1] ?? ''
  say(`Fetching PyTorch ${torch} for the comparison, once (about 540 MB)`)
  const arguments_ = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--requirement', requirements]
  const installed = await runCommand(python, arguments_, { env, signal })
  if (installed.code !== 0) {
    await rm(folder, { recursive: true, force: true })
    throw new BenchError(
      `pip could not install PyTorch ${torch}: ${lastLines(installed.stderr || installed.stdout, 2)}`,
      'Check the network and the free space (2 GB), and that pip reaches a package index (pip config list shows which); or name an interpreter ' +
        'that has PyTorch in CHAINRULE_BENCH_PYTHON.',
    )
  }
  let imported = await runCommand(python, ['-c', IMPORTS], { env, signal })
  if (imported.code !== 0 && process.platform === 'linux') {
    // The wheel is one for CUDA, whose libraries were left out.
    await runCommand(python, [join(sources, 'cuda_stubs.py')], { env, signal })
    imported = await runCommand(python, ['-c', IMPORTS], { env, signal })
  }
  if (imported.code === 0) return
  throw new BenchError(
    `PyTorch ${torch} was installed but cannot be imported: ${lastLines(imported.stderr, 1) || `it ended with code ${imported.code}`}`,
    'Name an interpreter that has a working PyTorch in CHAINRULE_BENCH_PYTHON.',
  )
}

async function findPython(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  let tooOld = ''
  for (const name of NAMES) {
    const command = findProgram(name, env)
    if (!command) continue
    const result = await runCommand(command, ['-c', 'import sys; print(*sys.version_info[:2])'], { env, signal, timeoutMs: 30_000 })
    const [major = 0, minor = 0] = result.stdout.trim().split(' ').map(Number)
    if (result.code === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return command
    if (result.code === 0) tooOld = `${major}.${minor}`
  }
  throw new BenchError(
    tooOld ? `Python ${tooOld} is too old for the benchmark's PyTorch` : 'No Python was found, and the benchmark compares with PyTorch',
    `Install Python ${OLDEST.join('.')} or later with pip, or name an interpreter that has PyTorch in CHAINRULE_BENCH_PYTHON.`,
  )
}
