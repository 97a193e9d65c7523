import { constants } from 'node:fs'
import { access, mkdir, readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { storageError } from './atomicWrite'

/** The folders of a workspace. Every record and tensor of the studio lies under `home`; there is no other database. */
export interface Workspace {
  readonly home: string
  readonly datasets: string
  readonly runs: string
  /** Saved model documents, a file each. */
  readonly models: string
  /** Staged files that were dropped into a browser. */
  readonly uploads: string
  /** What happened, in files of bounded size. */
  readonly logs: string
  readonly settingsFile: string
  readonly queueFile: string
  readonly lockFile: string
  /** The token of the served studio. */
  readonly tokenFile: string
  datasetFolder(id: string): string
  runFolder(id: string): string
}

/** The platform's folder for an application's data, or CHAINRULE_HOME. */
export function defaultHome(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const chosen = environment['CHAINRULE_HOME']
  if (chosen) return resolve(chosen)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Chainrule')
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Chainrule')
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'chainrule')
}

export function workspaceAt(home: string): Workspace {
  const root = resolve(home)
  const datasets = join(root, 'datasets')
  const runs = join(root, 'runs')
  return {
    home: root,
    datasets,
    runs,
    models: join(root, 'models'),
    uploads: join(root, 'uploads'),
    logs: join(root, 'logs'),
    settingsFile: join(root, 'settings.json'),
    queueFile: join(root, 'queue.json'),
    lockFile: join(root, 'owner.lock'),
    tokenFile: join(root, 'serve.token'),
    datasetFolder: (id) => join(datasets, safeId(id)),
    runFolder: (id) => join(runs, safeId(id)),
  }
}

/** Makes the folders that are missing; a folder that cannot be written to is refused here and not in the middle of a run. */
export async function openWorkspace(home: string): Promise<Workspace> {
  const workspace = workspaceAt(home)
  try {
    for (const folder of [workspace.home, workspace.datasets, workspace.runs, workspace.models, workspace.uploads]) {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    }
  } catch (error) {
    throw storageError('open the workspace', workspace.home, error)
  }
  return workspace
}

/** Names of the sub-folders, without hidden and temporary ones. */
export async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && !/^\.|\.partial$/.test(entry.name)).map((entry) => entry.name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw storageError('list', folder, error)
  }
}

/** A folder name made of a human's words: 'Binarized MNIST (2)' -> 'binarized-mnist-2'. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 48) || 'unnamed'
  )
}

/** Ids come from clients and become paths, so they must never lead outside of the workspace. */
function safeId(id: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,120}$/.test(id) || id.includes('..')) throw new Error(`'${id}' is not a valid id.`)
  return id
}
