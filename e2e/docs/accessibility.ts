import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { docsFolder } from './pictures'
import type { Theme } from './pictures'

const impacts = ['critical', 'serious', 'moderate', 'minor'] as const
type Impact = (typeof impacts)[number]

interface PageFindings {
  page: string
  theme: Theme
  passed: number
  /** Elements that only a person can judge. */
  toJudge: number
  /** Elements found at fault, by impact. */
  found: Record<Impact, number>
  rules: { rule: string; impact: Impact; help: string; elements: string[] }[]
}

/** What axe finds on the page as it stands, whole rule set. */
export async function lookAt(page: Page, name: string, theme: Theme): Promise<PageFindings> {
  const { violations, passes, incomplete } = await new AxeBuilder({ page }).exclude('ol[data-slot="viewport"]').setLegacyMode(true).analyze()
  const found: Record<Impact, number> = { critical: 0, serious: 0, moderate: 0, minor: 0 }
  const rules = violations.map(({ id, impact, help, nodes }) => {
    const severity = impact ?? 'minor'
    found[severity] += nodes.length
    return { rule: id, impact: severity, help, elements: nodes.map(({ target }) => target.join(' ')) }
  })
  return { page: name, theme, passed: passes.length, toJudge: incomplete.reduce((sum, { nodes }) => sum + nodes.length, 0), found, rules }
}

/** Rules that axe has run, with its version. */
export async function axeItself(page: Page): Promise<{ version: string; rules: string[] }> {
  const { testEngine, passes, violations, incomplete, inapplicable } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return { version: testEngine.version, rules: [...new Set([...passes, ...violations, ...incomplete, ...inapplicable].map(({ id }) => id))].sort() }
}

export async function writeReport(findings: readonly PageFindings[], axe: { version: string; rules: string[] }): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(join(docsFolder, 'accessibility.json'), `${JSON.stringify({ date, axe: axe.version, rules: axe.rules, pages: findings }, null, 1)}\n`)
  const total = (impact: Impact): number => findings.reduce((sum, { found }) => sum + found[impact], 0)
  const rows = findings.map(
    ({ page, theme, passed, found, toJudge }) => `| ${page} | ${theme} | ${passed} | ${impacts.map((impact) => found[impact]).join(' | ')} | ${toJudge} |`,
  )
  const kinds = new Map<string, { help: string; impact: Impact; count: number; where: Set<string> }>()
  for (const { page, rules } of findings) {
    for (const { rule, impact, help, elements } of rules) {
      const known = kinds.get(rule) ?? { help, impact, count: 0, where: new Set<string>() }
      known.count += elements.length
      known.where.add(page)
      kinds.set(rule, known)
    }
  }
  const text = `# Accessibility

The pages and dialogs listed here, filled with real runs, in both themes, looked at by [axe](https://github.com/dequelabs/axe-core) ${axe.version}
with all of its ${axe.rules.length} rules on ${date}. Written by \`npm run docs\`; the end-to-end suite refuses anything serious or critical on every run.

In total: ${impacts.map((impact) => `${total(impact)} ${impact}`).join(', ')}. The last column counts elements that axe leaves to a person, mostly
the contrast of text over pictures and charts.

| page | theme | rules passed | ${impacts.join(' | ')} | to judge |
| --- | --- | --- | ${impacts.map(() => '---').join(' | ')} | --- |
${rows.join('\n')}
${kinds.size === 0 ? '' : `\n## What was found\n\n${[...kinds].map(([rule, { help, impact, count, where }]) => `- \`${rule}\` (${impact}): ${help}. ${count} elements, on: ${[...where].join(', ')}.`).join('\n')}\n`}
Beyond what a tool can see: everything works from the keyboard (the end-to-end suite does so for dialogs, lists, the queue, the builder and the
inspector), charts have their numbers as text and as CSV, colours follow Okabe and Ito's palette, which survives every colour blindness, and motion
stops where the system asks for that. The rules and the elements of each finding are in [accessibility.json](accessibility.json).
`
  await writeFile(join(docsFolder, 'accessibility.md'), text)
}
