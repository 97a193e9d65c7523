import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import wavefile from 'wavefile'
import { expect, it } from 'vitest'
import { GrowingWav } from './growingWav'

it('is a whole recording after each part', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chainrule-wav-'))
  const path = join(folder, 'x.wav')
  const heard = async (): Promise<number[]> => [...new wavefile.WaveFile(await readFile(path)).getSamples(false, Int16Array)].map(Number)
  try {
    const growing = await GrowingWav.create(path, 16_000)
    expect(await heard()).toEqual([])
    await growing.append([1, -2, 32_767])
    expect(await heard()).toEqual([1, -2, 32_767])
    await growing.append([-32_768])
    await growing.close()
    expect(await heard()).toEqual([1, -2, 32_767, -32_768])
    expect((new wavefile.WaveFile(await readFile(path)).fmt as { sampleRate: number }).sampleRate).toBe(16_000)
  } finally {
    await rm(folder, { recursive: true })
  }
})
