/**
 * Compiles the sampling kernels (src-main/ml/kernels/assembly, AssemblyScript) to WebAssembly and writes them as a module that the engine imports, so that
 * sources, tests and the built studio load them in one way. Does nothing when the module was made from the present sources.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = join(root, 'src-main', 'ml', 'kernels', 'assembly')
const target = join(root, 'src-main', 'ml', 'kernels', 'compiled.ts')
const compiler = join(root, 'node_modules', 'assemblyscript')

/** Memory comes from outside, shared by the threads; no relaxed instructions, so every machine draws the same samples. */
const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads']
const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']

export async function compileKernels({ onStart } = {}) {
  const names = (await readdir(sources)).filter((name) => name.endsWith('.ts')).sort()
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const hash = createHash('sha256').update([devDependencies.assemblyscript, ...flags, ...memory].join('\0'))
  for (const name of names) hash.update(`\0${name}\0`).update(await readFile(join(sources, name)))
  const header = `// Generated from src-main/ml/kernels/assembly by scripts/kernels.mjs; sources ${hash.digest('hex')}\n`
  const present = await readFile(target, 'utf8').catch(() => '')
  if (present.startsWith(header)) return false

  onStart?.()
  const folder = join(root, '.cache')
  await mkdir(folder, { recursive: true })
  const wasm = join(folder, `kernels-${process.pid}.wasm`)
  const temporary = `${target}.${process.pid}`
  try {
    const args = [join(compiler, 'bin', 'asc.js'), join(sources, 'index.ts'), '-o', wasm, ...flags, ...memory]
    await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error) => {
      throw new Error(`The sampling kernels (src-main/ml/kernels/assembly) do not compile:\n${error.stderr || error.message}`)
    })
    const encoded = (await readFile(wasm)).toString('base64')
    await writeFile(temporary, `${header}export const compiledKernels = '${encoded}'\n`)
    await rename(temporary, target)
  } finally {
    await rm(wasm, { force: true })
    await rm(temporary, { force: true })
  }
  return true
}

/** For the test runner. */
export async function setup() {
  await compileKernels()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernels()
