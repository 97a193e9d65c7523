import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DoctorReport, SystemInfo } from '../../src-main/contract'
import { client, follow } from '../api/connection'

/** The machine, the engine and what it is doing. */
export const useSystemStore = defineStore('system', () => {
  const info = shallowRef<SystemInfo | null>(null)
  const doctor = shallowRef<DoctorReport | null>(null)

  function start(signal: AbortSignal): void {
    void follow(
      (abort) => client.system.watch(undefined, { signal: abort }),
      (event) => (info.value = event),
      signal,
    )
  }

  async function examine(): Promise<void> {
    doctor.value = await client.system.doctor()
  }

  return { info, doctor, start, examine }
})
