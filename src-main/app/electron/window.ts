import { join } from 'node:path'
import { BrowserWindow, dialog, nativeTheme } from 'electron'
import { APP_ORIGIN } from './appProtocol'
import { rememberBounds, rememberedBounds } from './windowBounds'

export interface StudioWindowOptions {
  /** out/preload/index.cjs */
  preload: string
  icon: string
}

export function openStudioWindow({ preload, icon }: StudioWindowOptions): BrowserWindow {
  const { maximized, ...bounds } = rememberedBounds()
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Chainrule',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0b0f14' : '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      // Curves go on being drawn while the window is covered, so that nothing has to be caught up with.
      backgroundThrottling: false,
    },
  })
  rememberBounds(window)
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const choice = dialog.showMessageBoxSync(window, {
      type: 'error',
      message: 'The window has crashed',
      detail: `Trainings go on: they run in a process of their own. (${reason})`,
      buttons: ['Reload the window', 'Quit'],
    })
    if (choice === 0) window.reload()
    else window.close()
  })
  void window.loadURL(`${APP_ORIGIN}/index.html`)
  return window
}

/** Paths of what is built beside out/main/electron.js, and of the icon. */
export function shellFiles(packageFolder: string): { preload: string; icon: string } {
  return { preload: join(packageFolder, 'out', 'preload', 'index.cjs'), icon: join(packageFolder, 'resources', 'icon.png') }
}
