import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where unpacked engines are kept, outside of any one clone, since each is a gigabyte and all clones can share it.
 * `CHAINRULE_ENGINE_DIR` names another place.
 */
export function engineFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.CHAINRULE_ENGINE_DIR) return env.CHAINRULE_ENGINE_DIR
  const home = env.HOME ?? homedir()
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'chainrule', 'engine')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'chainrule', 'engine')
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'chainrule', 'engine')
}
