import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BindingPackage } from './bindingPackage.js'
import { EngineInstallError } from './engineInstallError.js'
import { errorLine, runCommand } from './runCommand.js'

/** The package's own download gets no longer than this: closed networks often swallow packets rather than refuse. */
const limitMs = 120_000

/**
 * The second way to a native engine: the install script of tfjs-node-gpu, which downloads a ready-made binding and
 * TensorFlow 2.9. Many networks block its host, and its CUDA (11.2) is obsolete, so on a GPU machine it computes on the processor.
 */
export async function downloadOfficially(
  source: BindingPackage,
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<void> {
  const result = await runCommand(process.execPath, [source.installScript, 'gpu', 'download'], {
    cwd: dirname(dirname(source.installScript)),
    env: { ...options.env, ELECTRON_RUN_AS_NODE: '1' },
    signal: options.signal,
    timeoutMs: limitMs,
  })
  if (result.code === 0 && existsSync(source.binding)) return
  throw new EngineInstallError(
    'official',
    `The package's own download failed: ${errorLine(result.stderr || result.stdout) || 'no answer in time'}`,
    'Nothing to do if your network blocks that host: the first way, through pip, is the better one.',
  )
}
