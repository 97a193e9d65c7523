import { loadInstaller } from './installer.mjs'
import { remember, remembered } from './project.mjs'

const hour = 3_600_000

/**
 * Makes the native TensorFlow ready; where that fails, says why and what to do, and leaves WebAssembly. With `patient`
 * false (the command line), a failure of the last hour is not repeated, so that not every command waits for it.
 */
export async function installEngine({ report, signal, patient }) {
  const installer = await loadInstaller()
  const failed = remembered().engineFailure
  if (failed && !patient && Date.now() - failed.time < hour && !installer.engineIsReady()) {
    report.say(`Computing on WebAssembly: ${failed.message} (npm start tries again)`)
    return
  }
  const outcome = await installer.installEngine({
    ...(signal ? { signal } : {}),
    onProgress: ({ text, done, total }) => report.progress(text, done, total),
  })
  for (const failure of outcome.failures) {
    report.say(`${failure.way}: ${failure.message}\n  What to do: ${failure.mend}`)
  }
  if (outcome.engine === 'wasm') report.say('The studio works nevertheless, on WebAssembly: slower, and on the processor only.')
  else if (outcome.changed) report.say(`The engine is ready: TensorFlow on the ${outcome.device === 'gpu' ? 'GPU' : 'processor'}`)
  if (outcome.engine === 'wasm') await remember({ engineFailure: { time: Date.now(), message: outcome.failures[0]?.message ?? '' } })
  else if (failed) await remember({ engineFailure: undefined })
}
