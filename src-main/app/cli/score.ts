import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { NllMap } from '../../contract/likelihood'
import { exactnessWords } from '../../contract/likelihood'
import { UserError } from '../../data/userError'
import { writeFileAtomically } from '../../storage/atomicWrite'
import type { StudioClient } from '../openStudio'
import { command, number, runCommand } from './command'
import { encodeNpy } from './npy'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'

export function scoreCommand(): Command {
  return command('score', 'exact NLL of a split')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's")
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--per-example <file>', 'write the NLL of each example as CSV: index,nats')
    .option('--ensemble <members>', 'score the ensemble of so many masks or orderings, of a model that was trained with several', number('--ensemble', { integer: true, minimum: 1 }))
    .option('--map <file>', 'write the mean NLL of each dimension: .npy (nats, in the shape of an example) or .png (a heat map)')
    .action((flags: ResultFlags & { dataset?: string; split: 'train' | 'valid' | 'test'; ensemble?: number; perExample?: string; map?: string }) =>
      runCommand(flags, async ({ client, output, signal }) => {
        if (flags.map !== undefined && !['.npy', '.png'].includes(extname(flags.map)))
          throw new UserError(`A map is written as .npy or .png, not as '${extname(flags.map) || flags.map}'.`, { field: 'map' })
        const started = performance.now()
        const stream = await client.scores.score(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            split: flags.split,
            perExample: flags.perExample !== undefined,
            map: flags.map !== undefined,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(flags.ensemble === undefined ? {} : { ensemble: flags.ensemble }),
            ...(flags.dataset ? { datasetId: flags.dataset } : {}),
          },
          { signal },
        )
        for await (const { done, total, result } of stream) {
          if (!result) {
            output.progress(total > 0 ? done / total : null, `${done} of ${total} examples`)
            continue
          }
          const { likelihood, perExample, map, checkpointStep } = result
          const mapFile = flags.map !== undefined && map ? await writeMap(client, map, resolve(flags.map)) : undefined
          if (flags.perExample !== undefined && perExample)
            await writeFileAtomically(
              resolve(flags.perExample),
              `index,nats\n${perExample.map((nats, index) => `${index},${nats}\n`).join('')}`,
            )
          const { nats, unit, bitsPerDim, standardError, examples, dimensions, split, exact, draws, members, divergence, weights, dataVariant } = likelihood
          const seconds = (performance.now() - started) / 1000
          output.answer(
            {
              nats,
              bitsPerDim,
              standardError,
              examples,
              exact,
              weights,
              unit,
              split,
              dimensions,
              dataVariant,
              checkpoint: checkpointStep,
              run: flags.run,
              seconds,
              ...(draws === undefined ? {} : { draws }),
              ...(members === undefined ? {} : { members }),
              ...(divergence === undefined ? {} : { divergence }),
              ...(mapFile === undefined ? {} : { map: mapFile }),
            },
            `${nats.toFixed(4)} ± ${standardError.toFixed(4)} ${unit}, ${bitsPerDim.toFixed(5)} bits/dim: ${exactnessWords(likelihood)}, ${split} split, ` +
              `${examples} examples, ${dataVariant}, ${weights} weights of step ${checkpointStep}` +
              (members === undefined ? '' : `, ensemble of ${members}`) +
              (divergence === undefined
                ? ''
                : `\nKL divergence from the split's frequencies: ${divergence.nats.toFixed(4)} nats (their entropy is ` +
                  `${divergence.dataEntropy.toFixed(4)}); all states together have probability ${divergence.totalProbability.toFixed(6)}`),
          )
        }
      }),
    )
}

async function writeMap(client: StudioClient, map: NllMap, path: string): Promise<string> {
  if (extname(path) === '.npy') return written(path, encodeNpy(Float32Array.from(map.nats), map.shape))
  return written(path, await client.exports.map({ map }))
}
