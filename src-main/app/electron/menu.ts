import type { MenuItemConstructorOptions } from 'electron'
import { app, Menu, shell } from 'electron'

/** The application menu: the system's own entries, and the way to the workspace folder. */
export function setApplicationMenu(home: string): void {
  const mac = process.platform === 'darwin'
  const openWorkspace: MenuItemConstructorOptions = { label: 'Show Workspace Folder', click: () => void shell.openPath(home) }
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    { label: '&File', submenu: [openWorkspace, { type: 'separator' }, { role: mac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'windowMenu' },
    ...(mac ? [] : [{ label: '&Help', submenu: [{ role: 'about' }] } satisfies MenuItemConstructorOptions]),
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
