import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDoctor } from './doctor.js'
import { testMachine } from './testMachine.js'
import type { TestMachine } from './testMachine.js'

describe.skipIf(process.platform === 'win32')('runDoctor', () => {
  let machine: TestMachine
  beforeEach(() => {
    machine = testMachine()
  })
  afterEach(() => machine.remove())

  it('names what is missing on a bare machine, each with its mend', async () => {
    machine.uninstall('python3')
    machine.uninstall('c++')
    const { engine, checks } = await runDoctor({ env: machine.env, source: machine.source, home: join(machine.folder, 'home') })
    expect(engine).toMatchObject({ name: 'wasm', tensorflow: null })
    expect(engine.reason).toContain('could not be loaded')
    for (const name of ['pip', 'compiler', 'browser', 'engine 1: TensorFlow from its wheel']) {
      const check = checks.find((one) => one.name === name)
      expect(check, name).toMatchObject({ ok: false })
      expect(check?.mend, name).not.toBe('')
    }
    expect(checks.find(({ name }) => name === 'workspace')).toMatchObject({ ok: true })
    expect(checks.filter(({ ok, mend }) => ok !== (mend === ''))).toEqual([])
  })
})

it('finds the engine of this clone and leaves nothing behind', async () => {
  const home = mkdtempSync(join(tmpdir(), 'chainrule-doctor-'))
  try {
    const { engine, checks } = await runDoctor({ home })
    expect(['tfjs-node-gpu', 'wasm']).toContain(engine.name)
    const used = checks.filter(({ name, detail }) => name.startsWith('engine') && detail.startsWith('in use'))
    expect(used.length).toBe(1)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
