import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SavedModel } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client, follow } from '../api/connection'

export type SaveModel = Parameters<StudioClient['models']['save']>[0]
export type UpdateModel = Parameters<StudioClient['models']['update']>[0]

/** Models that were saved under a name, latest change first, as the studio reports them. */
export const useSavedModelsStore = defineStore('savedModels', () => {
  const list = shallowRef<readonly SavedModel[]>([])
  const loaded = shallowRef(false)
  const models = computed(() => [...list.value].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt)))

  function start(signal: AbortSignal): void {
    void follow(
      (abort) => client.models.watch(undefined, { signal: abort }),
      (present) => {
        list.value = present
        loaded.value = true
      },
      signal,
    )
  }

  function byId(id: string | null): SavedModel | null {
    return list.value.find((model) => model.id === id) ?? null
  }
  function keep(model: SavedModel): SavedModel {
    list.value = [...list.value.filter(({ id }) => id !== model.id), model]
    return model
  }

  const save = async (request: SaveModel): Promise<SavedModel> => keep(await client.models.save(request))
  const update = async (request: UpdateModel): Promise<SavedModel> => keep(await client.models.update(request))
  const duplicate = async (id: string): Promise<SavedModel> => keep(await client.models.duplicate({ id }))
  const get = (id: string): Promise<SavedModel> => client.models.get({ id })
  async function remove(id: string): Promise<void> {
    await client.models.remove({ id })
    list.value = list.value.filter((model) => model.id !== id)
  }
  const restore = async (id: string): Promise<SavedModel> => keep(await client.models.restore({ id }))

  return { models, loaded, start, byId, get, save, update, duplicate, remove, restore }
})
