import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docsFolder, pictureName } from './pictures'
import type { Scene } from './scene'

/** The page that shows all pictures: small ones that lead to the large. */
export async function writeGallery(scenes: readonly Pick<Scene, 'name' | 'title' | 'caption'>[]): Promise<void> {
  const rows = scenes.map(({ name, title, caption }) => {
    const cell = (theme: 'light' | 'dark'): string =>
      `<a href="screenshots/${pictureName(name, 1920, theme)}"><img src="screenshots/${pictureName(name, 1280, theme)}" width="440" alt="${title}, ${theme}"></a>`
    return `## ${title}\n\n${caption === '' ? '' : `${caption}\n\n`}| light | dark |\n| --- | --- |\n| ${cell('light')} | ${cell('dark')} |\n`
  })
  const text = `# Chainrule in pictures

Every page, light and dark, taken by \`npm run docs\` from a studio with its own sample data and runs that were trained for it: nothing is
retouched but the path of the home folder, which is shown as ~. The small pictures are of a window of 1280 × 800; each leads to the same page at 1920 × 1080. What axe finds on these pages is in
[accessibility.md](accessibility.md).

![From dropped files to an exported model](journey.gif)

${rows.join('\n')}`
  await writeFile(join(docsFolder, 'README.md'), text)
}
