import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import type { BindingPackage } from './bindingPackage.js'
import type { EnginePlan } from './wheels.js'

/**
 * A small machine for the installer's tests: a folder with programs of its own on PATH, a package index that is a
 * folder, and wheels of a few bytes. The programs are real processes, so locks, signals and exit codes are real too.
 */
export interface TestMachine {
  folder: string
  engineFolder: string
  index: string
  source: BindingPackage
  plan: EnginePlan
  env: NodeJS.ProcessEnv
  /** How often pip was asked to download. */
  downloads: () => number
  install: (name: string, script: string) => void
  uninstall: (name: string) => void
  remove: () => void
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function makeWheel(index: string, requirement: string, files: Record<string, string>) {
  const file = `${requirement.replace('==', '-')}-py3-none-any.whl`
  const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, text(content)])))
  writeFileSync(join(index, file), bytes)
  return { requirement, file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
}

/** Takes the requirement's file from the index, as pip does, and counts its calls. */
const pipScript = `
if [ "$3" = --version ] || [ "$1" = --version ]; then echo "pip 24.0 from nowhere (python 3.11)"; exit 0; fi
for argument in "$@"; do case "$argument" in
  --dest=*) dest="\${argument#--dest=}";;
  --requirement=*) list="\${argument#--requirement=}";;
esac; done
echo x >> "$TEST_MACHINE/downloads"
name=$(sed 's/==/-/; s/ .*//' "$list")
cp "$TEST_MACHINE/index/$name"-*.whl "$dest/" || { echo "ERROR: No matching distribution found" >&2; exit 1; }
`

/** Writes something where the compiler was told to. */
const compilerScript = `
for argument in "$@"; do last="$argument"; done
echo compiled > "$last"
`

export function testMachine(): TestMachine {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-install-'))
  const programs = join(folder, 'bin')
  const index = join(folder, 'index')
  const module = join(folder, 'package', 'lib', 'napi-v8')
  for (const path of [programs, index, module]) mkdirSync(path, { recursive: true })
  const install = (name: string, script: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}`)
    chmodSync(join(programs, name), 0o755)
  }
  // The programs that the scripts call, and none besides: the machine's own pip and compiler stay out of reach.
  for (const name of ['sed', 'cp', 'sleep']) {
    symlinkSync(
      ['/usr/bin', '/bin'].map((place) => join(place, name)).find((path) => existsSync(path))!,
      join(programs, name),
    )
  }
  install('python3', pipScript)
  install('c++', compilerScript)
  const wheels = [
    makeWheel(index, 'tensorflow-cpu==2.21.0', {
      'tensorflow/libtensorflow_cc.so.2': 'library',
      'tensorflow/libtensorflow_framework.so.2': 'framework',
      'tensorflow/include/tensorflow/c/c_api.h': 'header',
      'tensorflow/python/big.py': 'not needed',
    }),
    makeWheel(index, 'nvidia-cublas-cu12==12.0', { 'nvidia/cublas/lib/libcublas.so.12': 'cuda' }),
  ]
  return {
    folder,
    engineFolder: join(folder, 'engine'),
    index,
    source: {
      version: '4.22.0',
      sources: [],
      nodeApiHeaders: folder,
      binding: join(module, 'tfjs_binding.node'),
      stamp: join(module, 'engine.json'),
      installScript: join(folder, 'package', 'scripts', 'install.js'),
    },
    plan: { name: 'tensorflow-2.21.0-cpu', tensorflow: '2.21.0', device: 'cpu', wheels, unpackedBytes: 1000 },
    env: { PATH: programs, TEST_MACHINE: folder, CHAINRULE_ENGINE_DIR: join(folder, 'engine') },
    downloads: () => {
      try {
        return readFileSync(join(folder, 'downloads'), 'utf8').trim().split('\n').length
      } catch {
        return 0
      }
    },
    install,
    uninstall: (name) => rmSync(join(programs, name)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
