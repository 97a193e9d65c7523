import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StorageUse, TrashEntry } from '../../src-main/contract'
import { client } from '../api/connection'

/** What lies on the disk, and what was deleted and can be taken back. */
export const useStorageStore = defineStore('storage', () => {
  const use = shallowRef<StorageUse | null>(null)
  const trash = shallowRef<readonly TrashEntry[]>([])

  async function refresh(): Promise<void> {
    ;[use.value, trash.value] = await Promise.all([client.storage.use(), client.storage.trash({})])
  }
  const recover = (id: string): Promise<TrashEntry> => client.storage.recover({ id })
  const empty = (ids?: string[]): Promise<{ entries: number; bytes: number }> => client.storage.empty({ ids })

  return { use, trash, refresh, recover, empty }
})
