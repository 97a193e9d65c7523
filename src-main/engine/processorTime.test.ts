import { describe, expect, it } from 'vitest'
import { parseStat, processorSeconds } from './processorTime'

describe('the processor time of a process', () => {
  it('is the sum of its user and system ticks, whatever its name', () => {
    expect(parseStat('42 (a (b) c) R 1 42 42 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 7 0 100 1000 200')).toBe(2)
    expect(parseStat('42 (cut')).toBeNull()
  })

  it.runIf(process.platform === 'linux')('grows while a process computes', () => {
    const before = processorSeconds(process.pid)!
    // A tick is 10 ms.
    const begun = process.cpuUsage()
    const used = (): number => {
      const { user, system } = process.cpuUsage(begun)
      return (user + system) / 1e6
    }
    while (used() < 0.05);
    expect(processorSeconds(process.pid)! - before).toBeGreaterThanOrEqual(0.03)
  })

  it('is not known of a process that is gone', () => {
    expect(processorSeconds(2 ** 30)).toBeNull()
  })
})
