import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../contract/records/job'
import { testMachine } from '../engine/install/testMachine'
import type { TestMachine } from '../engine/install/testMachine'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'
import type { TestStudio } from './testStudio'

describe.skipIf(process.platform === 'win32')('engines installed and removed from within the studio', () => {
  let machine: TestMachine
  let studio: TestStudio
  beforeEach(async () => {
    machine = testMachine()
    const { env, source, plan } = machine
    studio = await openTestStudio(await temporaryHome(), { install: { env, source, plans: [plan], load: () => Promise.resolve() } })
  })
  afterEach(async () => {
    await studio.close()
    machine.remove()
    await rm(studio.home, { recursive: true, force: true })
  })

  async function ended(id: string): Promise<Job> {
    for await (const jobs of await studio.client.jobs.watch()) {
      const job = jobs.find((each) => each.id === id)
      if (job && job.finishedAt !== null) return job
    }
    throw new Error('The studio closed.')
  }

  test('an installation is a job; the engine is then listed, and removed with its binding', async () => {
    const { client } = studio
    expect(await client.engine.installation()).toMatchObject({ installed: [], ready: false, blocked: null, plan: { device: 'cpu', tensorflow: '2.21.0' } })
    const job = await client.engine.install()
    expect(job).toMatchObject({ kind: 'engine-install', status: 'running' })
    expect(await ended(job.id)).toMatchObject({ status: 'done', error: null })
    const { installed, ready, jobId } = await client.engine.installation()
    expect({ ready, jobId }).toEqual({ ready: true, jobId: null })
    expect(installed).toEqual([{ name: machine.plan.name, tensorflow: '2.21.0', device: 'cpu', inUse: true, bytes: expect.any(Number) as number }])
    expect(installed[0]!.bytes).toBeGreaterThan(50)

    await expect(client.engine.remove({ name: '../package' })).rejects.toThrow(/There is no engine '\.\.\/package'/)
    await client.engine.remove({ name: machine.plan.name })
    expect(await client.engine.installation()).toMatchObject({ installed: [], ready: false })
    expect(existsSync(machine.source.binding)).toBe(false)
  })

  test('a cancelled installation leaves nothing behind, and nothing else is begun beside it', async () => {
    const { client } = studio
    machine.install('c++', 'exec sleep 60')
    const job = await client.engine.install()
    await expect(client.engine.install()).rejects.toThrow(/being installed/)
    expect((await client.engine.installation()).jobId).toBe(job.id)
    await client.jobs.cancel({ id: job.id })
    expect(await ended(job.id)).toMatchObject({ status: 'cancelled', error: null })
    expect(existsSync(machine.source.binding)).toBe(false)
  })

  test('a studio that closes ends its installation and leaves no lock', async () => {
    machine.install('c++', 'exec sleep 60')
    await studio.client.engine.install()
    const lock = join(machine.engineFolder, 'install.lock')
    await expect.poll(() => existsSync(lock)).toBe(true)
    await studio.close()
    expect(existsSync(lock)).toBe(false)
    studio = await openTestStudio(studio.home)
    expect(studio.studio.context.log.entries.map(({ text }) => text)).toContain('Engine installation: cancelled')
  })

  test('a failure names the step and its mend', async () => {
    machine.uninstall('python3')
    const job = await studio.client.engine.install()
    const { status, error } = await ended(job.id)
    expect(status).toBe('failed')
    expect(error).toMatch(/pip/)
  })

  test('nothing is changed under a run that trains; settings of the engine wait for it', async () => {
    const { client } = studio
    const run = await client.runs.create({ ...smallRun, name: 'Long', budget: { steps: 1_000_000 } })
    await until(studio, run.id, 'running')
    await expect(client.engine.install()).rejects.toThrow(/‘Long’ is training.*Pause/)
    await expect(client.engine.remove({ name: 'any' })).rejects.toThrow(/‘Long’ is training/)
    await client.settings.update({ threads: 1 })
    expect((await client.runs.get({ id: run.id })).status).toBe('running')
    await client.runs.stop({ id: run.id })
    await until(studio, run.id, 'stopped')
    const report = await client.log.report()
    expect(report).toMatch(/^Chainrule .*\n.*\nEngine: /)
    expect(report).toContain('✓ node:')
    expect(report).toMatch(/Training Long: begun/)
    expect(report).not.toContain(studio.home)
    const disk = await client.system.disk()
    expect(disk.bytes).toBe(disk.parts.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(disk.parts.find(({ name }) => name === 'runs')!.bytes).toBeGreaterThan(1000)
  })
})
