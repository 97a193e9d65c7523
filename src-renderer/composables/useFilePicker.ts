import { useImportingStore } from '../stores/importing'

/** The system's own dialogs for files and folders. */
export function useFilePicker() {
  const importing = useImportingStore()

  function open(folder: boolean): void {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    if (folder) input.webkitdirectory = true
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])]
        .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
        .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')))
      if (files.length > 0) void importing.takeFiles(files)
    })
    input.click()
  }

  return { chooseFiles: () => open(false), chooseFolder: () => open(true) }
}
