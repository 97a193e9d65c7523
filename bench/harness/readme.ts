import { machineLine, markdownTable, notes } from './table'
import type { Report } from './report'

const BEGIN = '<!-- benchmark: written by npm run bench -->'
const END = '<!-- /benchmark -->'

/** The README with the table between its two marks replaced; unchanged where it has none. */
export function withBenchmark(readme: string, report: Report): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from < 0 || to < from) return readme
  const block = [machineLine(report), '', markdownTable(report), '', ...notes(report).map((line) => `- ${line}`)].join('\n')
  return `${readme.slice(0, from + BEGIN.length)}\n${block}\n${readme.slice(to)}`
}
