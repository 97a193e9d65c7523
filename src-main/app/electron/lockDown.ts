import { extname } from 'node:path'
import type { FileFilter, WebContents } from 'electron'
import { app, session } from 'electron'
import { APP_ORIGIN } from './appProtocol'

/** What the studio's own page may ask of the system; all else is denied, and so is everybody else. */
const allowedPermissions = new Set(['notifications', 'clipboard-sanitized-write', 'fullscreen'])

/** The page cannot leave, cannot open anything, and may ask for little. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  const studio = session.defaultSession
  const allowed = (contents: WebContents | null, permission: string): boolean =>
    allowedPermissions.has(permission) && (contents?.getURL().startsWith(`${APP_ORIGIN}/`) ?? false)
  studio.setPermissionRequestHandler((contents, permission, decide) => decide(allowed(contents, permission)))
  studio.setPermissionCheckHandler((contents, permission) => allowed(contents, permission))
  // The studio needs no network of its own; its files come over its own scheme.
  studio.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] }, (_details, answer) =>
    answer({ cancel: true }),
  )
  studio.on('will-download', (_event, item) => {
    item.setSaveDialogOptions({ title: 'Save', defaultPath: item.getFilename(), filters: filtersFor(item.getFilename()) })
  })
}

const fileKinds: Record<string, string> = {
  png: 'PNG image',
  gif: 'GIF animation',
  svg: 'SVG drawing',
  wav: 'WAV audio',
  zip: 'Zip archive',
  csv: 'CSV table',
  json: 'JSON document',
}

function filtersFor(name: string): FileFilter[] {
  const extension = extname(name).slice(1).toLowerCase()
  const all = { name: 'All files', extensions: ['*'] }
  return extension ? [{ name: fileKinds[extension] ?? extension.toUpperCase(), extensions: [extension] }, all] : [all]
}
