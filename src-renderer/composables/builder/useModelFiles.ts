import { ModelTextError, parseModelFile } from '../../../src-main/contract/builder'
import type { Builder } from './useBuilder'
import { claimDrops } from '../dropClaims'
import { useProblems } from '../useProblems'
import { formatBytes } from '../../charts/format'
import { fill, text } from '../../strings'

const words = text.builder.files
/** A model of thousands of blocks is smaller. */
const MOST_BYTES = 5_000_000
const isModelFile = (file: File): boolean => /\.json$/i.test(file.name)

/** Model files, from the system's dialog or dropped on the page. What cannot be opened says which file and why; the model stays. */
export function useModelFiles({ openDocument }: Pick<Builder, 'openDocument'>) {
  const { report, announce } = useProblems()

  async function open(file: File): Promise<boolean> {
    if (file.size > MOST_BYTES) {
      report(new Error(fill(words.tooLarge, { file: file.name, size: formatBytes(file.size) })), words.failed)
      return false
    }
    try {
      const { name, model } = parseModelFile(await file.text(), file.name)
      const opened = await openDocument(model, { name, origin: fill(text.builder.from, { origin: file.name }) })
      if (opened) announce(fill(text.builder.actions.opened, { name }))
      return opened
    } catch (error) {
      report(error instanceof ModelTextError ? new Error(error.message) : error, words.failed)
      return false
    }
  }

  function choose(): Promise<boolean> {
    return new Promise((resolve) => {
      const input = document.createElement('input')
      input.type = 'file'
      input.accept = '.json,application/json'
      input.addEventListener('change', () => {
        const file = input.files?.[0]
        resolve(file ? open(file) : false)
      })
      input.addEventListener('cancel', () => resolve(false))
      input.click()
    })
  }

  claimDrops((files) => {
    if (files.length === 0 || !files.every(isModelFile)) return false
    if (files.length > 1) report(new Error(words.several), words.failed)
    else void open(files[0]!)
    return true
  })

  return { open, choose }
}
export type ModelFiles = ReturnType<typeof useModelFiles>
