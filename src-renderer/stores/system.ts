import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DiskUse, DoctorReport, SystemInfo } from '../../src-main/contract'
import { client, follow } from '../api/connection'

/** The machine, the engine and what it is doing. */
export const useSystemStore = defineStore('system', () => {
  const info = shallowRef<SystemInfo | null>(null)
  const doctor = shallowRef<DoctorReport | null>(null)
  const disk = shallowRef<DiskUse | null>(null)

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

  async function measureDisk(): Promise<void> {
    disk.value = await client.system.disk()
  }

  return { info, doctor, disk, start, examine, measureDisk }
})
