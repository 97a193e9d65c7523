import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BindingPackage } from './bindingPackage.js'
import { EngineInstallError } from './engineInstallError.js'
import { findProgram, lastLines, runCommand } from './runCommand.js'

export interface BindingOptions {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  platform?: NodeJS.Platform
  /** How to find out whether a binding loads; rejects where it does not. */
  load?: ((binding: string, options: BindingOptions) => Promise<void>) | undefined
}

export function findCompiler(env: NodeJS.ProcessEnv): string {
  for (const name of [env.CXX, 'c++', 'g++', 'clang++']) {
    const found = name ? findProgram(name, env) : null
    if (found) return found
  }
  throw new EngineInstallError(
    'compiler',
    'No C++ compiler was found, and the bridge to TensorFlow is compiled on this machine',
    process.platform === 'darwin' ? 'Run: xcode-select --install' : 'Install one, for example with: apt-get install g++',
  )
}

export function compilerArguments(engine: string, source: BindingPackage, output: string, platform: NodeJS.Platform): string[] {
  const libraries = join(engine, 'tensorflow')
  const linked =
    platform === 'darwin'
      ? [join(libraries, 'libtensorflow_cc.2.dylib'), join(libraries, 'libtensorflow_framework.2.dylib'), '-undefined', 'dynamic_lookup']
      : ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2']
  return [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-w',
    '-DNAPI_VERSION=8',
    `-I${join(libraries, 'include')}`,
    `-I${source.nodeApiHeaders}`,
    ...source.sources,
    `-L${libraries}`,
    ...linked,
    `-Wl,-rpath,${libraries}`,
    '-o',
    output,
  ]
}

/**
 * Compiles the package's own binding against the unpacked engine, tries whether it loads, and only then puts it where
 * tfjs-node-gpu looks for it, in one rename: a process that starts meanwhile finds the old one or the new one, whole.
 */
export async function buildBinding(engine: string, source: BindingPackage, options: BindingOptions): Promise<void> {
  const compiler = findCompiler(options.env)
  const work = join(dirname(source.binding), `build-${process.pid}`)
  await mkdir(work, { recursive: true })
  try {
    const output = join(work, 'tfjs_binding.node')
    const args = compilerArguments(engine, source, output, options.platform ?? process.platform)
    const compiled = await runCommand(compiler, args, { env: options.env, signal: options.signal })
    if (compiled.code !== 0) {
      throw new EngineInstallError(
        'compile',
        `${compiler} could not compile the bridge to TensorFlow: ${lastLines(compiled.stderr, 3)}`,
        'Install or update the C++ compiler (g++ 9 or clang 10 and later know C++17), then start again.',
      )
    }
    await (options.load ?? tryLoading)(output, options)
    await rename(output, source.binding)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Whether a binding loads. In a process of its own, since a library that does not fit can take its process down. */
export async function tryLoading(binding: string, options: BindingOptions): Promise<void> {
  const program = 'process.dlopen({ exports: {} }, process.argv[1])'
  const env: NodeJS.ProcessEnv = { ...options.env, ELECTRON_RUN_AS_NODE: '1' }
  const loaded = await runCommand(process.execPath, ['-e', program, binding], { env, signal: options.signal, timeoutMs: 120_000 })
  if (loaded.code === 0) return
  const glibc = /GLIBC[A-Z]*_[\d.]+' not found/.exec(loaded.stderr)?.[0]
  throw new EngineInstallError(
    'load',
    `TensorFlow was installed but does not load: ${glibc ?? lastLines(loaded.stderr.replace(/\n\s+at .*|\nNode\.js v.*/g, ''), 2)}`,
    glibc
      ? 'This system is too old for TensorFlow 2.21: it needs glibc 2.27 or later.'
      : 'Start again; if it happens again, the message names the library that is missing.',
  )
}
