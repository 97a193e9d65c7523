import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './project.mjs'

/**
 * Runs a program and answers { code, output }. Its output goes to `output` (a stream, or 'keep' to only collect it).
 * Its standard output is never this process's own, which belongs to the command that the set-up is for.
 */
export function run(command, args, { env = process.env, cwd = root, output = 'keep', timeoutMs, signal } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: command.endsWith('.cmd') })
    let text = ''
    const take = (chunk) => {
      text = (text + chunk).slice(-200_000)
      if (output !== 'keep') output.write(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const stop = () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 3_000).unref()
    }
    const timer = timeoutMs ? setTimeout(stop, timeoutMs) : undefined
    signal?.addEventListener('abort', stop, { once: true })
    const finish = (code) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve({ code, output: text })
    }
    child.on('error', (error) => {
      text += error.message
      finish(null)
    })
    child.on('close', finish)
  })
}

export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : ['']
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      try {
        accessSync(join(folder, name + ending), constants.X_OK)
        return join(folder, name + ending)
      } catch {
        // Not here.
      }
    }
  }
  return null
}

export const lastLine = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .at(-1) ?? ''
