import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { app, BrowserWindow, dialog, ipcMain } from 'electron'
import { messageOf } from '../services/errors'
import { connectStudio, serveElectronIpc } from '../transports/electronIpc'
import { defaultRendererFolder } from '../transports/rendererFolder'
import { forwardPort } from '../transports/socketClient'
import { APP_ORIGIN, registerAppScheme, serveAppProtocol, uploadInto, uploadTo } from './electron/appProtocol'
import { lockDown } from './electron/lockDown'
import { setApplicationMenu } from './electron/menu'
import { openStudioWindow, shellFiles } from './electron/window'
import type { OpenStudio } from './openStudio'
import { openStudio } from './openStudio'

/** The desktop shell: a window on the studio, and nothing that the other doors do not have. */
app.setName('Chainrule')
app.enableSandbox()
registerAppScheme()

// Two windows on two workspaces are two applications; on one workspace, the second start brings the first to the front.
const home = homeArgument()
if (home) {
  const folder = join(home, 'window')
  mkdirSync(folder, { recursive: true })
  app.setPath('userData', folder)
}
if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch(failToStart)
} else {
  app.quit()
}

async function start(): Promise<void> {
  lockDown()
  const studio = await openStudio({ home, shell: 'electron' })
  const rendererFolder = defaultRendererFolder()
  if (!existsSync(join(rendererFolder, 'index.html'))) throw new Error('The window has not been built. Run `npm run build` first.')
  serveAppProtocol(rendererFolder, studio.owned ? uploadInto(studio.studio.context.workspace.uploads) : uploadTo(studio.address))
  serveElectronIpc({
    ipcMain,
    origin: APP_ORIGIN,
    connect: studio.owned ? connectStudio(studio.studio) : (port) => forwardPort(port, studio.address, offerRestart),
    onRefused: (reason) => console.warn(`Refused ${reason}`),
  })
  setApplicationMenu(studio.home)
  const open = (): BrowserWindow => openStudioWindow(shellFiles(dirname(dirname(rendererFolder))))
  open()
  app.on('second-instance', () => bringToFront(open))
  app.on('activate', () => bringToFront(open))
  app.on('window-all-closed', () => app.quit())
  closeBeforeQuit(studio)
}

/** Quitting waits until a training is checkpointed and everything is written. */
function closeBeforeQuit(studio: OpenStudio): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    for (const window of BrowserWindow.getAllWindows()) window.hide()
    studio
      .close()
      .catch((error: unknown) => console.error(messageOf(error)))
      .finally(() => {
        state = 'closed'
        app.quit()
      })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
}

function bringToFront(open: () => BrowserWindow): void {
  const window = BrowserWindow.getAllWindows()[0] ?? open()
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** A window that had joined another studio is left alone when that one ends; this one may then own the workspace. */
let asked = false
function offerRestart(reason: string): void {
  if (asked) return
  asked = true
  const choice = dialog.showMessageBoxSync({
    type: 'info',
    message: 'The studio that this window was joined to has ended',
    detail: `${reason} Open the workspace in this window instead?`,
    buttons: ['Open here', 'Quit'],
  })
  if (choice === 0) app.relaunch()
  app.quit()
}

function failToStart(error: unknown): void {
  console.error(error)
  dialog.showErrorBox('Chainrule could not start', messageOf(error))
  app.exit(1)
}

function homeArgument(): string | undefined {
  // Chromium's own switches stand among the arguments, hence not strict.
  const { values } = parseArgs({ args: process.argv.slice(1), options: { home: { type: 'string' } }, strict: false })
  const given = typeof values.home === 'string' ? values.home : process.env['CHAINRULE_HOME']
  return given ? resolve(given) : undefined
}
