import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { EngineInstallation, Job } from '../../src-main/contract'
import { client } from '../api/connection'

/** The native engines on this machine. */
export const useEngineStore = defineStore('engine', () => {
  const installation = shallowRef<EngineInstallation | null>(null)

  async function refresh(): Promise<void> {
    installation.value = await client.engine.installation()
  }
  async function install(): Promise<Job> {
    const job = await client.engine.install()
    await refresh()
    return job
  }
  async function remove(name: string): Promise<void> {
    await client.engine.remove({ name })
    await refresh()
  }

  return { installation, refresh, install, remove }
})
