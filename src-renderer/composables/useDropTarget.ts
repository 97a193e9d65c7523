import { useEventListener } from '@vueuse/core'
import { shallowRef } from 'vue'
import { offerDrop } from './dropClaims'
import type { UploadFile } from '../api/uploads'
import { useImportingStore } from '../stores/importing'

/** The whole window takes files and folders. `over` is true while something is held above it. */
export function useDropTarget() {
  const importing = useImportingStore()
  const over = shallowRef(false)
  // dragenter and dragleave come for every element that is crossed, so they are counted.
  let depth = 0

  useEventListener(window, 'dragenter', (event: DragEvent) => {
    if (!holdsFiles(event)) return
    event.preventDefault()
    depth++
    over.value = true
  })
  useEventListener(window, 'dragover', (event: DragEvent) => {
    if (!holdsFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
  })
  useEventListener(window, 'dragleave', (event: DragEvent) => {
    if (!holdsFiles(event)) return
    depth = Math.max(0, depth - 1)
    if (depth === 0) over.value = false
  })
  useEventListener(window, 'drop', (event: DragEvent) => {
    depth = 0
    over.value = false
    if (!event.dataTransfer || !holdsFiles(event)) return
    event.preventDefault()
    if (offerDrop([...event.dataTransfer.files])) return
    const entries = topEntries(event.dataTransfer)
    importing.begin()
    void filesOf(entries)
      .then((files) => importing.takeFiles(files))
      .catch((error: unknown) => importing.fail(error))
  })

  return { over }
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

interface Dropped {
  entry: FileSystemEntry | null
  file: File | null
}

/** Must be called within the event: the items are gone afterwards. */
function topEntries(transfer: DataTransfer): Dropped[] {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  if (items.length === 0) return [...transfer.files].map((file) => ({ entry: null, file }))
  return items.map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }))
}

/** Every file below what was dropped, with its path from there. */
async function filesOf(dropped: readonly Dropped[]): Promise<UploadFile[]> {
  const files: UploadFile[] = []
  for (const { entry, file } of dropped) {
    if (entry?.isDirectory) await listFolder(entry as FileSystemDirectoryEntry, entry.name, files)
    else if (file) files.push({ path: file.name, file })
  }
  return files
}

async function listFolder(folder: FileSystemDirectoryEntry, prefix: string, files: UploadFile[]): Promise<void> {
  const reader = folder.createReader()
  // A reader gives at most a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return
    for (const entry of batch) {
      if (entry.name.startsWith('.')) continue
      const path = `${prefix}/${entry.name}`
      if (entry.isDirectory) await listFolder(entry as FileSystemDirectoryEntry, path, files)
      else files.push({ path, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) })
    }
  }
}
