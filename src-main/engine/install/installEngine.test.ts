import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  copyFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installEngine } from './installEngine.js'
import type { InstallOptions, InstallProgress } from './installEngine.js'
import { testMachine } from './testMachine.js'
import type { TestMachine } from './testMachine.js'

describe.skipIf(process.platform === 'win32')('installEngine', () => {
  let machine: TestMachine
  beforeEach(() => {
    machine = testMachine()
  })
  afterEach(() => machine.remove())

  const install = (options: InstallOptions = {}) =>
    installEngine({ env: machine.env, source: machine.source, plans: [machine.plan], load: () => Promise.resolve(), ...options })
  const engine = (...path: string[]): string => join(machine.engineFolder, machine.plan.name, ...path)
  const wheelFolder = (): string => join(machine.engineFolder, 'wheels')

  it('downloads, unpacks what is needed, compiles, and keeps no wheel', async () => {
    const seen: InstallProgress[] = []
    const outcome = await install({ onProgress: (progress) => seen.push(progress) })
    expect(outcome).toEqual({ engine: 'tensorflow', device: 'cpu', changed: true, failures: [] })
    expect(readFileSync(engine('tensorflow', 'libtensorflow_cc.so.2'), 'utf8')).toBe('library')
    expect(readFileSync(engine('nvidia', 'cublas', 'lib', 'libcublas.so.12'), 'utf8')).toBe('cuda')
    expect(existsSync(engine('tensorflow', 'python'))).toBe(false)
    expect(existsSync(machine.source.binding)).toBe(true)
    expect(readdirSync(wheelFolder())).toEqual([])
    expect(readdirSync(machine.engineFolder).sort()).toEqual([machine.plan.name, 'wheels'])
    const steps = seen.map(({ step }) => step)
    expect(steps).toEqual(
      [...steps].sort((a, b) => ['download', 'unpack', 'compile'].indexOf(a) - ['download', 'unpack', 'compile'].indexOf(b)),
    )
    const total = machine.plan.wheels.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(seen.filter(({ step }) => step === 'download').at(-1)).toMatchObject({ done: total, total })
  })

  it('does nothing, quickly, when nothing has changed', async () => {
    await install()
    const times: number[] = []
    for (let again = 0; again < 5; again += 1) {
      const start = performance.now()
      const outcome = await install({ env: { ...machine.env, PATH: '' } })
      times.push(performance.now() - start)
      expect(outcome).toMatchObject({ engine: 'tensorflow', changed: false, failures: [] })
    }
    // The quickest of several: the machine may be busy with other tests.
    expect(Math.min(...times)).toBeLessThan(100)
    expect(machine.downloads()).toBe(2)
  })

  it('compiles again, without a download, when the binding is gone or another', async () => {
    await install()
    appendFileSync(machine.source.binding, 'changed')
    expect(await install()).toMatchObject({ engine: 'tensorflow', changed: true })
    expect(readFileSync(machine.source.binding, 'utf8')).toBe('compiled\n')
    expect(machine.downloads()).toBe(2)
  })

  it('fetches anew an engine that is not whole', async () => {
    await install()
    writeFileSync(engine('engine.json'), '{"wheels": "of another version"}')
    expect(await install()).toMatchObject({ engine: 'tensorflow', changed: true })
    expect(machine.downloads()).toBe(4)
  })

  it('goes on after an interruption with the wheels that were finished', async () => {
    const second = machine.plan.wheels[1]!
    writeFileSync(join(machine.folder, 'kept'), readFileSync(join(machine.index, second.file)))
    writeFileSync(join(machine.index, second.file), '')
    expect((await install()).engine).toBe('wasm')
    expect(readdirSync(wheelFolder())).toEqual([machine.plan.wheels[0]!.file])
    copyFileSync(join(machine.folder, 'kept'), join(machine.index, second.file))
    expect(await install()).toMatchObject({ engine: 'tensorflow', changed: true })
    expect(machine.downloads()).toBe(3)
  })

  it('fetches a truncated wheel again', async () => {
    mkdirSync(wheelFolder(), { recursive: true })
    for (const wheel of machine.plan.wheels) copyFileSync(join(machine.index, wheel.file), join(wheelFolder(), wheel.file))
    truncateSync(join(wheelFolder(), machine.plan.wheels[0]!.file), 40)
    expect(await install()).toMatchObject({ engine: 'tensorflow', changed: true })
    expect(machine.downloads()).toBe(1)
  })

  it('refuses a file that is not the pinned one, and keeps none of it', async () => {
    const wheel = machine.plan.wheels[0]!
    const bytes = readFileSync(join(machine.index, wheel.file))
    bytes[20] = (bytes[20] ?? 0) ^ 1
    writeFileSync(join(machine.index, wheel.file), bytes)
    const outcome = await install()
    expect(outcome.engine).toBe('wasm')
    expect(outcome.failures[0]).toMatchObject({ step: 'verify' })
    expect(outcome.failures[0]?.mend).toContain('another network or index')
    expect(readdirSync(wheelFolder())).toEqual([])
    expect(existsSync(engine())).toBe(false)
  })

  it('says what to do without pip', async () => {
    machine.uninstall('python3')
    const outcome = await install()
    expect(outcome.engine).toBe('wasm')
    expect(outcome.failures[0]).toMatchObject({
      step: 'pip',
      message: expect.stringContaining('No pip'),
      mend: expect.stringContaining('Install Python 3 with pip'),
    })
  })

  it('says what to do with a pip that is too old', async () => {
    machine.install('python3', 'echo "pip 9.0.1 from nowhere (python 3.6)"')
    expect((await install()).failures[0]).toMatchObject({ step: 'pip', mend: expect.stringContaining('install --upgrade pip') })
  })

  it('says what to do without a compiler, before it downloads anything', async () => {
    machine.uninstall('c++')
    expect((await install()).failures[0]).toMatchObject({ step: 'compiler', mend: expect.stringMatching(/g\+\+|xcode-select/) })
    expect(machine.downloads()).toBe(0)
  })

  it('leaves the old binding in place when the new one does not compile', async () => {
    await install()
    writeFileSync(machine.source.stamp, '{}')
    machine.install('c++', 'echo "error: no such header" >&2; exit 1')
    const outcome = await install()
    expect(outcome).toMatchObject({ engine: 'tensorflow', changed: false })
    expect(outcome.failures[0]).toMatchObject({ step: 'compile', message: expect.stringContaining('no such header') })
    expect(readFileSync(machine.source.binding, 'utf8')).toBe('compiled\n')
  })

  it('does not put a binding in place that does not load', async () => {
    const outcome = await install({ load: () => Promise.reject(new Error('GLIBC_2.27 not found')) })
    expect(outcome.engine).toBe('wasm')
    expect(existsSync(machine.source.binding)).toBe(false)
  })

  it('says how much space is missing', async () => {
    const outcome = await install({ plans: [{ ...machine.plan, unpackedBytes: 1e15 }] })
    expect(outcome.failures[0]).toMatchObject({
      step: 'disk',
      message: expect.stringContaining('1000000.0 GB'),
      mend: expect.stringContaining('CHAINRULE_ENGINE_DIR'),
    })
  })

  it('tries the next plan where the first fails', async () => {
    const gpu = {
      ...machine.plan,
      name: 'tensorflow-2.21.0-gpu',
      device: 'gpu' as const,
      wheels: [{ ...machine.plan.wheels[0]!, requirement: 'absent==1' }],
    }
    const outcome = await install({ plans: [gpu, machine.plan] })
    expect(outcome).toMatchObject({ engine: 'tensorflow', device: 'cpu', changed: true })
    expect(outcome.failures).toMatchObject([{ step: 'download', way: expect.stringContaining('GPU') }])
  })

  it('names a platform that TensorFlow publishes nothing for', async () => {
    expect((await install({ plans: [] })).failures[0]).toMatchObject({ step: 'plan', mend: expect.stringContaining('WebAssembly') })
  })

  it('stops when cancelled, and leaves nothing half done', async () => {
    machine.install('python3', 'if [ "$3" = --version ]; then echo "pip 24.0 from nowhere"; exit 0; fi; exec sleep 30')
    const abort = new AbortController()
    const start = Date.now()
    const running = install({ signal: abort.signal })
    setTimeout(() => abort.abort(), 300)
    await expect(running).rejects.toThrow()
    expect(Date.now() - start).toBeLessThan(5_000)
    expect(readdirSync(machine.engineFolder)).toEqual(['wheels'])
    expect(readdirSync(wheelFolder())).toEqual([])
  })

  it('works once when started twice', async () => {
    const waits: string[] = []
    const onProgress = ({ step, text }: InstallProgress): void => void (step === 'wait' && waits.push(text))
    const outcomes = await Promise.all([install({ onProgress }), install({ onProgress })])
    expect(outcomes.map(({ changed }) => changed).sort()).toEqual([false, true])
    expect(machine.downloads()).toBe(2)
    expect(waits.length).toBe(1)
  })

  it('takes over the lock, and clears away the remains, of an installation that was killed', async () => {
    mkdirSync(join(machine.engineFolder, 'unpacking-999999', 'tensorflow'), { recursive: true })
    mkdirSync(join(wheelFolder(), 'part-999999'), { recursive: true })
    writeFileSync(join(machine.engineFolder, 'install.lock'), JSON.stringify({ pid: 999_999_999, host: hostname() }))
    expect(await install()).toMatchObject({ engine: 'tensorflow', changed: true })
    expect(readdirSync(machine.engineFolder).sort()).toEqual([machine.plan.name, 'wheels'])
    expect(statSync(wheelFolder()).isDirectory()).toBe(true)
    expect(readdirSync(wheelFolder())).toEqual([])
  })
})
