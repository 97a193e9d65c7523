import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { EngineInstallError } from './engineInstallError.js'
import { findProgram, lastLines, runCommand } from './runCommand.js'
import { platformTags } from './wheels.js'
import type { Wheel } from './wheels.js'

export interface Pip {
  command: string
  args: string[]
  version: string
}

const candidates: [string, string[]][] = [
  ['python3', ['-m', 'pip']],
  ['python', ['-m', 'pip']],
  ['py', ['-m', 'pip']],
  ['pip3', []],
  ['pip', []],
]

const isAtLeast = (version: string, major: number, minor: number): boolean => {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}

/** Any Python's pip will do, as wheels are only downloaded, never installed. Older than 20.3 knows no manylinux_2_27. */
export async function findPip(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Pip> {
  let tooOld: Pip | null = null
  for (const [name, args] of candidates) {
    const command = findProgram(name, env)
    if (!command) continue
    const result = await runCommand(command, [...args, '--version'], { env, signal, timeoutMs: 30_000 })
    const version = /pip (\d+(?:\.\d+)+)/.exec(result.stdout)?.[1]
    if (result.code !== 0 || !version) continue
    const pip = { command, args, version }
    if (isAtLeast(version, 20, 3)) return pip
    tooOld ??= pip
  }
  if (tooOld) {
    throw new EngineInstallError(
      'pip',
      `pip ${tooOld.version} is too old to fetch this TensorFlow`,
      `Run: ${tooOld.command} -m pip install --upgrade pip`,
    )
  }
  throw new EngineInstallError(
    'pip',
    'No pip was found, and TensorFlow is fetched with it',
    process.platform === 'darwin'
      ? 'Install Python 3 with pip, for example with: brew install python'
      : 'Install Python 3 with pip, for example with: apt-get install python3-pip',
  )
}

async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {})
  return hash.digest('hex')
}

/** Whether the file is there, whole and the right one. A wrong or truncated file is removed, so that it is fetched again. */
export async function hasWheel(wheel: Wheel, folder: string, signal?: AbortSignal): Promise<boolean> {
  const path = join(folder, wheel.file)
  try {
    if ((await stat(path)).size === wheel.bytes && (await sha256Of(path, signal)) === wheel.sha256) return true
  } catch {
    signal?.throwIfAborted()
    return false
  }
  await rm(path, { force: true })
  return false
}

async function bytesUnder(folder: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue
    sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
  }
  return sum
}

/**
 * Downloads one wheel into the folder. pip cannot continue half a file (from 25.1 on it can within one call, which is
 * asked for), so what an interruption costs is the wheel that was under way; finished ones stay.
 */
export async function downloadWheel(
  pip: Pip,
  wheel: Wheel,
  folder: string,
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined; onBytes?: (bytes: number) => void },
): Promise<void> {
  const part = join(folder, `part-${process.pid}`)
  const temporary = join(part, 'tmp')
  await mkdir(temporary, { recursive: true })
  // pip has shown machine-readable progress only since 24.1; the size of its temporary file serves for all versions.
  const poll = setInterval(() => {
    void bytesUnder(part).then((bytes) => options.onBytes?.(Math.min(bytes, wheel.bytes)))
  }, 500)
  try {
    const requirements = join(part, 'requirements.txt')
    await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
    const result = await runCommand(
      pip.command,
      [
        ...pip.args,
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--no-cache-dir',
        '--no-input',
        '--retries=3',
        '--no-deps',
        '--only-binary=:all:',
        '--python-version=3.11',
        ...platformTags(wheel).map((tag) => `--platform=${tag}`),
        ...(isAtLeast(pip.version, 25, 1) ? ['--resume-retries=5'] : []),
        '--require-hashes',
        `--requirement=${requirements}`,
        `--dest=${part}`,
      ],
      { env: { ...options.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary }, signal: options.signal },
    )
    if (result.code !== 0) throw downloadError(wheel, result.stderr || result.stdout)
    if (!(await hasWheel(wheel, part, options.signal))) {
      throw new EngineInstallError(
        'verify',
        `The downloaded ${wheel.requirement} is not the file that was pinned`,
        'Start again; if it happens again, your package index serves another file: try another network or index.',
      )
    }
    await rename(join(part, wheel.file), join(folder, wheel.file))
    options.onBytes?.(wheel.bytes)
  } finally {
    clearInterval(poll)
    await rm(part, { recursive: true, force: true })
  }
}

function downloadError(wheel: Wheel, output: string): EngineInstallError {
  if (/HASH/i.test(output) && /mismatch|DO NOT MATCH/i.test(output)) {
    return new EngineInstallError(
      'verify',
      `The downloaded ${wheel.requirement} does not match its pinned hash`,
      'Start again; if it happens again, your package index serves another file: try another network or index.',
    )
  }
  if (/No space left/i.test(output)) {
    return new EngineInstallError('disk', 'The disk is full', 'Free some space, or set CHAINRULE_ENGINE_DIR to a folder on a larger disk.')
  }
  return new EngineInstallError(
    'download',
    `pip could not download ${wheel.requirement}: ${lastLines(output, 2)}`,
    'Check the network, and that pip reaches a package index (pip config list shows which), then start again: finished downloads are kept.',
  )
}
