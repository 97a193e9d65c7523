import { spawn } from 'node:child_process'
import { isLoopback } from '../transports/server'
import type { StudioAddress } from '../transports/socketClient'
import type { OpenStudio } from './openStudio'
import { openStudio } from './openStudio'
import { UserError } from '../data/userError'

export interface ServeOptions {
  home?: string | undefined
  host: string
  port: number
  /** Opens the address in the system's browser. */
  open: boolean
  /** One JSON line instead of a sentence. */
  json: boolean
  /** Makes a new token: addresses that were handed out before are refused. */
  newToken?: boolean
}

/** The address with its token: what a browser opens. */
export function browserUrl({ address, token }: StudioAddress): string {
  return `${address}/?token=${token}`
}

/**
 * Serves the workspace's studio to browsers, and answers when it is ready. Where another process owns the workspace, its
 * address is printed and nothing is started: two studios never write side by side.
 */
export async function serveStudio(options: ServeOptions): Promise<OpenStudio> {
  const studio = await openStudio({ home: options.home, shell: 'serve', host: options.host, port: options.port, newToken: options.newToken ?? false })
  if (!studio.owned && (!isLoopback(options.host) || options.port !== 0)) {
    const { owner, address } = studio
    const asked = `${options.host}:${options.port}`
    if (address.address !== `http://${asked}`) {
      await studio.close()
      throw new UserError(
        [
          `This workspace is already open in another studio (process ${owner.pid}, ${owner.shell}), at ${address.address},`,
          `so it cannot also be served at ${asked}.`,
        ].join(' '),
        {
          mend: 'Open that address, leave --host and --port away to have it printed with its token, or close the other studio first.',
        },
      )
    }
  }
  const url = browserUrl(studio.address)
  if (options.json) {
    console.log(
      JSON.stringify({
        url,
        ...studio.address,
        home: studio.home,
        owned: studio.owned,
        pid: studio.owned ? process.pid : studio.owner.pid,
      }),
    )
  } else {
    console.log(`${studio.owned ? 'Chainrule is at' : 'Chainrule is already running, at'} ${url}`)
  }
  if (studio.owned && studio.server.warning) console.error(studio.server.warning)
  if (options.open) openInBrowser(url)
  return studio
}

/**
 * Waits for Ctrl-C or a polite kill, then closes: a training is checkpointed first, which takes a moment. A second
 * signal ends the process at once. Resolves when everything is closed.
 */
export async function closeOnSignal(studio: Pick<OpenStudio, 'close'>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      let asked = 0
      process.on(signal, () => {
        if (++asked > 1) process.exit(1)
        resolve()
      })
    }
  })
  // Not by the console: nothing is wrong, and the log says by itself that the studio closes.
  process.stderr.write('Closing; a training is checkpointed first…\n')
  await studio.close()
}

/** Opens an address in the system's browser; where there is none, the printed address still serves. */
export function openInBrowser(url: string): void {
  const [command, ...args] = browserCommand(url)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => console.error('No browser could be opened here. Open the address above yourself.'))
  child.unref()
}

function browserCommand(url: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', url]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}
