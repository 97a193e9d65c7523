import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { localPath } from '../api/connection'
import { uploadFiles } from '../api/uploads'
import { useRunsStore } from '../stores/runs'
import { fill, text } from '../strings'
import { claimDrops } from './dropClaims'
import type { Question } from './question'
import { useProblems } from './useProblems'

/** Takes in the archive of a run or of a model: chosen in a dialog, or dropped on the page while this is in use. */
export function useRunImport() {
  const runs = useRunsStore()
  const router = useRouter()
  const { announce, attempt, explain, report } = useProblems()
  const words = text.keeping.archive
  const busy = shallowRef<string | null>(null)
  /** Asked when the run is here already. */
  const question = shallowRef<Question | null>(null)

  async function send(file: File, copy: boolean): Promise<void> {
    const own = localPath(file)
    const paths = own ? [own] : (await uploadFiles([{ path: file.name, file }], () => undefined, new AbortController().signal)).paths
    const { run, dataset } = await runs.importArchive(paths[0] ?? '', copy)
    announce(fill(words.imported, { name: run.name }), dataset === 'missing' ? { description: words.missing } : {})
    await router.push({ name: 'train', params: { id: run.id } })
  }

  async function take(file: File): Promise<void> {
    busy.value = file.name
    try {
      await send(file, false)
    } catch (error) {
      const problem = explain(error)
      if (problem.field !== 'copy') report(error)
      else
        question.value = {
          title: words.import,
          body: problem.message,
          confirm: words.asCopy,
          action: () => send(file, true),
        }
    } finally {
      busy.value = null
    }
  }

  function choose(): void {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = '.zip'
    input.addEventListener('change', () => {
      const [file] = input.files ?? []
      if (file) void take(file)
    })
    input.click()
  }

  claimDrops((files) => {
    const [file] = files
    if (files.length !== 1 || !file || !file.name.toLowerCase().endsWith('.zip')) return false
    void attempt(() => take(file))
    return true
  })

  return { busy, question, choose }
}
