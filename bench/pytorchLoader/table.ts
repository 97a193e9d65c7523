import type { FamilyDescription } from '../../src-main/contract/inspect/family'
import type { Comparison } from '../../src-main/services/exports/pytorch/comparisonSupport'

interface Content {
  /** Of PyTorch. */
  version: string
  rows: readonly Comparison[]
  /** How many of the rows, the first ones, are tiny configurations. */
  tiny: number
  families: readonly Pick<FamilyDescription, 'id' | 'title'>[]
}

const shown = (difference: number): string => difference.toExponential(1)

/** The differences as Markdown. */
export function loaderTable({ version, rows, tiny, families }: Content): string {
  const byFamily = families.map(({ id, title }) => {
    const own = rows.slice(0, tiny).filter(({ family }) => family === id)
    const compared = own.filter(({ unsupported }) => unsupported === null)
    const why = [...new Set(own.flatMap(({ unsupported }) => (unsupported === null ? [] : [unsupported])))].join('; ')
    const largest = Math.max(0, ...compared.map(({ difference }) => difference ?? 0))
    return `| ${title} (\`${id}\`) | ${compared.length > 0 ? compared.length : 'none'} | ${compared.length > 0 ? shown(largest) : ''} | ${why} |`
  })
  const sized = rows
    .slice(tiny)
    .map(({ family, title, dimensions, parameters, logProb, difference }) => `| \`${family}\` | ${title} | ${dimensions} | ${parameters} | ${logProb.toFixed(3)} | ${difference === null ? '' : shown(difference)} |`)
  return `# The generated PyTorch loader against the studio

\`model.py\` of a model archive builds the network in plain PyTorch (here ${version}) and reads the archive's weights. Both score the same examples under the
same random weights; the figure is the largest |log p − log p′| / |log p|. Made by \`npm run loader\`.

## Every family, in the configurations of the exactness tests

| family | configurations compared | largest difference | without a loader |
| --- | --- | --- | --- |
${byFamily.join('\n')}

## Small presets on data of real size

| family | data | dimensions | parameters | log p(x) of one example, nats | largest difference |
| --- | --- | --- | --- | --- | --- |
${sized.join('\n')}
`
}
