import { existsSync, readFileSync } from 'node:fs'

/** Files that exist where, and only where, an NVIDIA driver is at work: on Linux, and inside WSL. */
const driverFiles = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1']

/**
 * Whether an NVIDIA driver is present. Looks at files only, since asking nvidia-smi takes a second or more and this
 * runs at every start. `CHAINRULE_ENGINE_DEVICE=cpu` or `gpu` overrules what is found.
 */
export function hasNvidiaDriver(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.CHAINRULE_ENGINE_DEVICE === 'cpu') return false
  if (env.CHAINRULE_ENGINE_DEVICE === 'gpu') return true
  return process.platform === 'linux' && driverFiles.some((path) => existsSync(path))
}

/** The driver's version as it names itself, such as '550.54.15', or null. */
export function nvidiaDriverVersion(): string | null {
  try {
    const text = readFileSync('/proc/driver/nvidia/version', 'utf8')
    return /\b(\d{3,}\.\d+(?:\.\d+)?)\b/.exec(text)?.[1] ?? null
  } catch {
    return null
  }
}
