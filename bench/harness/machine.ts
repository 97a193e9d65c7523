import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import type { EngineInfo } from '../../src-main/ml/tensor/startEngine'
import type { Machine } from './report'
import { rounded } from './statistics'

export function describeMachine(engine: EngineInfo, torch: string, loadBefore: number): Machine {
  return {
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: cpus().length,
    threads: availableParallelism(),
    memoryGigabytes: rounded(totalmem() / 2 ** 30, 3),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    tensorflow: engine.tensorflow ?? engine.name,
    device: engine.gpu ?? engine.device,
    torch,
    loadBefore: rounded(loadBefore, 3),
  }
}

export const presentLoad = (): number => loadavg()[0] ?? 0
