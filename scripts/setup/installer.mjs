import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withLock } from '../../src-main/engine/install/lock.mjs'
import { fingerprint } from './fingerprint.mjs'
import { cacheFolder, inRoot, remember, remembered } from './project.mjs'

const sources = inRoot('src-main', 'engine', 'install')

/**
 * The engine's installer is TypeScript, as the studio uses it too, and is needed here before the studio is built. So its
 * files are translated one by one, which takes half a second and is repeated only when they change.
 */
export async function loadInstaller() {
  const known = remembered().installer
  const now = fingerprint(['src-main/engine/install'], known)
  const folder = join(cacheFolder, `installer-${now.content.slice(0, 12)}`)
  const entry = join(folder, 'installEngine.js')
  if (!existsSync(entry)) {
    await withLock(join(cacheFolder, 'installer.lock'), async () => {
      if (!existsSync(entry)) await translate(folder)
    })
  }
  if (now.looks !== known?.looks) await remember({ installer: now })
  return import(pathToFileURL(entry).href)
}

async function translate(folder) {
  const { default: typescript } = await import('typescript')
  for (const name of await readdir(cacheFolder)) {
    if (/^installer-/.test(name)) await rm(join(cacheFolder, name), { recursive: true, force: true })
  }
  const work = `${folder}.new`
  await mkdir(work, { recursive: true })
  for (const name of await readdir(sources)) {
    if (name.endsWith('.mjs')) await copyFile(join(sources, name), join(work, name))
    if (!name.endsWith('.ts') || name.endsWith('.test.ts') || name.endsWith('.d.ts')) continue
    const { outputText } = typescript.transpileModule(await readFile(join(sources, name), 'utf8'), {
      compilerOptions: { target: 'ES2022', module: 'ESNext', verbatimModuleSyntax: true },
    })
    await writeFile(join(work, name.replace(/\.ts$/, '.js')), outputText)
  }
  await rename(work, folder)
}
