import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract'
import { UserError } from '../data/userError'
import type { EngineClientOptions } from '../engine/client'
import type { Shell } from '../services/context'
import type { Studio } from '../services/studio'
import { createStudio } from '../services/studio'
import { keptToken } from '../storage/keptToken'
import { acquireOwnerLock, isAlive, readOwner } from '../storage/ownerLock'
import type { Owner, OwnerLock } from '../storage/ownerLock'
import { defaultHome, openWorkspace } from '../storage/workspace'
import type { RunningServer } from '../transports/server'
import { startServer } from '../transports/server'
import type { StudioAddress } from '../transports/socketClient'
import { connectToStudio } from '../transports/socketClient'

export type StudioClient = ContractRouterClient<Contract>

export interface OpenStudioOptions {
  /** Workspace folder; the platform's data folder, or CHAINRULE_HOME, when absent. */
  home?: string | undefined
  shell: Shell
  /** Where the owner listens; a free port of the loopback interface when absent. */
  host?: string
  port?: number
  engine?: EngineClientOptions
  /** Refuses the addresses that were handed out before. */
  newToken?: boolean
}

interface Opened {
  home: string
  /** Calls the studio, wherever it runs. */
  client: StudioClient
  /** Where it listens, for browsers and for others that join. */
  address: StudioAddress
  /** Closes what this process opened: the studio itself when it owns the workspace, else the connection. */
  close(): Promise<void>
}

/** This process owns the workspace. */
export interface OwnedStudio extends Opened {
  owned: true
  studio: Studio
  server: RunningServer
}

/** Another process does; this one is its guest. */
export interface JoinedStudio extends Opened {
  owned: false
  owner: Owner
}

export type OpenStudio = OwnedStudio | JoinedStudio

const ADDRESS_MILLISECONDS = 20_000
const STEP_MILLISECONDS = 100

/**
 * The studio of a workspace: its owner in this process, or a guest of the one that runs. Two studios never write side by side.
 */
export async function openStudio(options: OpenStudioOptions): Promise<OpenStudio> {
  const workspace = await openWorkspace(options.home ?? defaultHome())
  const deadline = Date.now() + ADDRESS_MILLISECONDS
  for (;;) {
    const lock = await acquireOwnerLock(workspace.lockFile, options.shell)
    if (lock) return own(workspace.home, lock, options)
    const owner = await readOwner(workspace.lockFile)
    const joined = owner && (await join(workspace.home, owner))
    if (joined) return joined
    if (Date.now() > deadline) throw unreachable(workspace.home, workspace.lockFile, owner)
    // It has only just begun, or it is just closing.
    await new Promise((resolve) => setTimeout(resolve, STEP_MILLISECONDS))
  }
}

async function own(home: string, lock: OwnerLock, { shell, engine, host, port, newToken }: OpenStudioOptions): Promise<OwnedStudio> {
  let studio: Studio | undefined
  let server: RunningServer | undefined
  const close = async (): Promise<void> => {
    await studio?.close()
    await server?.close()
    await lock.release()
  }
  try {
    studio = await createStudio({ home, shell, ...(engine ? { engine } : {}) })
    // A window that lives in a browser comes back to the same address; the others are handed theirs anew.
    const token = shell === 'serve' ? { token: await keptToken(studio.context.workspace.tokenFile, newToken) } : {}
    server = await startServer({ studio, ...token, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) })
    const address = { address: server.address, token: server.token }
    await lock.announce(address)
    return { owned: true, home, client: createRouterClient(studio.router, { context: studio.context }), address, studio, server, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function join(home: string, owner: Owner): Promise<JoinedStudio | null> {
  if (owner.address === null || owner.token === null || !isAlive(owner)) return null
  const address = { address: owner.address, token: owner.token }
  const { client, close } = connectToStudio(address)
  try {
    await client.system.info(undefined, { signal: AbortSignal.timeout(10_000) })
    return { owned: false, home, owner, client, address, close: async () => close() }
  } catch {
    close()
    return null
  }
}

function unreachable(home: string, lockFile: string, owner: Owner | null): UserError {
  const who = owner ? `process ${owner.pid} on ${owner.host} (${owner.shell}, since ${owner.startedAt})` : 'another process'
  return new UserError(`The workspace ${home} is in use by ${who}, which does not answer.`, {
    mend: `Close that studio; if there is none any more, delete ${lockFile}.`,
  })
}
