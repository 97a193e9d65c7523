import { dimensionsOf } from '../../contract/domain'
import { isPairs, scoredCharacters } from '../../contract/text'
import { UserError } from '../../data/userError'
import type { Session } from './command'
import type { ResultFlags } from './resultFlags'
import { selector } from './resultFlags'
import { streamedResult } from './streamedResult'

/** Pairs whose targets are drawn in one request. */
const TOGETHER = 1024

/** Of a split, the share of pairs whose target is what greedy decoding makes of the source: the most probable character each time, to the end. */
export async function exactMatch({ client, output, signal }: Session, flags: ResultFlags & { split: 'train' | 'valid' | 'test'; examples?: number }): Promise<void> {
  const { dataset } = await client.runs.get({ id: flags.run })
  const { domain } = dataset
  if (!isPairs(domain))
    throw new UserError(`--exact-match: ${flags.run} does not model pairs.`, { field: 'exact-match', mend: 'Score it without.' })
  const { counts } = await client.datasets.get({ id: dataset.id })
  const total = Math.min(flags.examples ?? Infinity, counts[flags.split])
  if (total === 0) throw new UserError(`${dataset.name} has no pairs in its ${flags.split} split.`, { field: 'split' })
  const size = dimensionsOf(domain)
  const sources = domain.text?.source ?? 0
  let [matches, characters, right, step] = [0, 0, 0, 0]
  for (let first = 0; first < total; first += TOGETHER) {
    const indices = Array.from({ length: Math.min(TOGETHER, total - first) }, (_value, offset) => first + offset)
    const stream = await client.samples.complete(
      {
        runId: flags.run,
        checkpoint: selector(flags.checkpoint),
        ...(flags.weights ? { weights: flags.weights } : {}),
        source: { kind: 'examples', split: flags.split, indices },
        mask: { kind: 'steps', kept: sources },
        temperature: 0,
      },
      { signal },
    )
    const set = await streamedResult(stream, output, 'steps', (item) => item.set)
    if (!set) return
    step = set.recipe.checkpointStep
    for (let row = 0; row < indices.length; row++) {
      const wanted = set.originals.subarray(row * size, (row + 1) * size)
      const drawn = set.levels.subarray(row * size, (row + 1) * size)
      const counted = scoredCharacters(wanted, domain)
      let own = 0
      for (let at = sources; at < sources + counted; at++) own += Number(wanted[at] === drawn[at])
      characters += counted
      right += own
      // After the end nothing follows, so equal up to it is equal throughout.
      matches += Number(own === counted)
    }
  }
  const [share, characterShare] = [matches / total, right / characters]
  output.answer(
    { exactMatch: share, characters: characterShare, matches, examples: total, split: flags.split, run: flags.run, checkpoint: step },
    `${(100 * share).toFixed(2)} % exact matches: ${matches} of ${total} pairs of the ${flags.split} split, ${(100 * characterShare).toFixed(2)} % of their characters; greedy decoding, step ${step}`,
  )
}
