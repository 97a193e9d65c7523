import { shallowRef } from 'vue'
import { useLogStore } from '../stores/log'
import { text } from '../strings'
import { saveFile } from './saveFile'
import { useProblems } from './useProblems'

const busy = shallowRef(false)

/** The report for somebody who helps, to the clipboard; where a browser refuses that, into a file. */
export function useReport() {
  const log = useLogStore()
  const { attempt, announce } = useProblems()

  async function copy(): Promise<void> {
    if (busy.value) return
    busy.value = true
    await attempt(async () => {
      const report = await log.report()
      try {
        await navigator.clipboard.writeText(report)
        announce(text.log.reportCopied, { description: text.log.reportHelp })
      } catch {
        saveFile(new Blob([report], { type: 'text/plain' }), text.log.reportFile)
        announce(text.log.reportSaved, { description: text.log.reportHelp })
      }
    })
    busy.value = false
  }

  return { busy, copy }
}
