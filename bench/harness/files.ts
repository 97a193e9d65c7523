import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSafetensors } from '../../src-main/storage/safetensors'
import type { StoredTensors } from '../../src-main/storage/safetensors'

/** Weights and batch where the Python process reads them; removed by `remove`. */
export function handOver(tensors: StoredTensors): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-bench-'))
  const path = join(folder, 'tensors.safetensors')
  writeFileSync(path, Buffer.concat(encodeSafetensors(tensors)))
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
