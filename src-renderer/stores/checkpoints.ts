import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { CheckpointListing, RunRecord } from '../../src-main/contract'
import { client } from '../api/connection'

/** Checkpoints of the runs that were looked at, newest first. */
export const useCheckpointsStore = defineStore('checkpoints', () => {
  const byRun = shallowReactive(new Map<string, readonly CheckpointListing[]>())

  async function refresh(runId: string): Promise<void> {
    const list = await client.checkpoints.list({ runId })
    byRun.set(
      runId,
      [...list].sort((a, b) => b.step - a.step),
    )
  }

  /** All that were looked at, after a connection has come back. */
  async function refreshKnown(): Promise<void> {
    await Promise.allSettled([...byRun.keys()].map(refresh))
  }

  function of(runId: string | null): readonly CheckpointListing[] {
    return runId === null ? [] : (byRun.get(runId) ?? [])
  }

  async function update(runId: string, step: number, change: { note?: string; pinned?: boolean }): Promise<void> {
    await client.checkpoints.update({ runId, step, ...change })
    await refresh(runId)
  }

  /** Into the trash; answers what takes it back. */
  async function remove(runId: string, step: number): Promise<string> {
    const { trashId } = await client.checkpoints.remove({ runId, step })
    await refresh(runId)
    return trashId
  }

  /** Moves to the trash what the run's rule gives up. */
  async function applyRule(runId: string): Promise<number> {
    const { steps } = await client.checkpoints.applyRetention({ runId })
    await refresh(runId)
    return steps.length
  }

  async function restore(runId: string, step: number): Promise<RunRecord> {
    const run = await client.checkpoints.restore({ runId, step })
    await refresh(runId)
    return run
  }

  return { byRun, refresh, refreshKnown, of, update, remove, applyRule, restore }
})
