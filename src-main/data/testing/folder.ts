import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

/** A temporary folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chainrule-data-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files by relative path; answers the folder. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array | string>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

const root = process.env['CHAINRULE_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data')

/** Real data for trials; null where there are none, and then the tests that need them are skipped. */
export function realData(...parts: string[]): string | null {
  const path = join(root, ...parts)
  return existsSync(path) ? path : null
}
