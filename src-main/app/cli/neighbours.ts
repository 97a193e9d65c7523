import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { SplitName } from '../../contract/domain'
import type { Neighbours } from '../../contract/records/understanding'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import { command, number, runCommand } from './command'
import { table } from './output'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'
import { sampleClass } from './drawn'
import { streamedResult } from './streamedResult'

interface NeighbourFlags extends ResultFlags {
  count: number
  seed: number
  temperature: number
  class?: string
  nearest: number
  dataset?: string
  split: SplitName
  out?: string
}

export function neighboursCommand(): Command {
  return command('neighbours', "a run's samples beside the training examples nearest to them (Euclidean over levels, exact search)")
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--count <n>', 'number of samples', number('--count', { integer: true, minimum: 1 }), 16)
    .option('--seed <n>', 'seed of the samples', number('--seed', { integer: true, minimum: 0 }), 0)
    .option('--temperature <t>', '1 samples from the model', number('--temperature', { minimum: 0 }), 1)
    .option('--class <c>', 'class-conditional models: a class from 0, or each')
    .option('--nearest <k>', 'examples for each sample', number('--nearest', { integer: true, minimum: 1 }), 5)
    .option('--dataset <id>', "search another data set than the run's, of the same domain")
    .addOption(new Option('--split <split>', 'the split to search').choices(['train', 'valid', 'test']).default('train'))
    .option('--out <file>', 'also as a picture (.png): a row for each sample, which comes first')
    .action((flags: NeighbourFlags) =>
      runCommand(flags, async ({ client, output, signal }) => {
        if (flags.out !== undefined && extname(flags.out) !== '.png')
          throw new UserError(`--out ${flags.out}: neighbours are drawn as .png.`, { field: 'out' })
        const run = await client.runs.get({ id: flags.run })
        const drawn = await client.samples.draw(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            count: flags.count,
            seed: flags.seed,
            temperature: flags.temperature,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(flags.class === undefined ? {} : { class: sampleClass(flags.class) }),
          },
          { signal },
        )
        const set = await streamedResult(drawn, output, 'steps', (item) => item.set)
        if (!set) return
        const searching = await client.understanding.neighbours(
          { datasetId: flags.dataset ?? run.dataset.id, split: flags.split, levels: set.levels, count: flags.nearest },
          { signal },
        )
        const result = await streamedResult(searching, output, 'examples', (item) => item.result)
        if (!result) return
        const columns = 1 + (result.found[0]?.length ?? 0)
        const picture = flags.out === undefined ? null : await written(resolve(flags.out), await client.exports.png({ set: besides(set, result), columns }))
        const rows = result.found.map((neighbours, sample) => ({ sample, logProb: set.logProb[sample] ?? null, neighbours }))
        output.answer(
          {
            run: flags.run,
            recipe: set.recipe,
            dataset: result.dataset.id,
            split: result.split,
            searched: result.examples,
            distance: 'Euclidean over levels',
            rows,
            ...(picture ? { files: [picture] } : {}),
          },
          `The nearest of ${result.examples} examples (${result.dataset.name}, ${result.split}) to ${flags.count} samples of step ` +
            `${set.recipe.checkpointStep}, seed ${flags.seed}; Euclidean distance over levels.\n` +
            table(
              rows.map(({ sample, neighbours }) => [sample, ...neighbours.map(({ index, distance }) => `${index} (${distance.toFixed(2)})`)]),
              ['sample', ...(result.found[0] ?? []).map((_neighbour, rank) => `${rank + 1}.`)],
            ) +
            (picture ? `\n${picture}` : ''),
        )
      }),
    )
}

/** Each sample with its neighbours behind it. */
function besides(set: SampleSet, { found, levels }: Neighbours): SampleSet {
  const count = found.length
  const size = set.levels.length / count
  const each = found[0]?.length ?? 0
  const all = new Uint8Array(count * (1 + each) * size)
  for (let sample = 0; sample < count; sample++) {
    all.set(set.levels.subarray(sample * size, (sample + 1) * size), sample * (1 + each) * size)
    all.set(levels.subarray(sample * each * size, (sample + 1) * each * size), (sample * (1 + each) + 1) * size)
  }
  return { ...set, levels: all, means: null }
}
