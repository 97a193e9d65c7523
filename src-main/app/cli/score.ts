import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { bitsLabel } from '../../contract/domain'
import type { NllMap } from '../../contract/likelihood'
import { examplesWords, exactnessWords } from '../../contract/likelihood'
import { UserError } from '../../data/userError'
import { writeFileAtomically } from '../../storage/atomicWrite'
import type { StudioClient } from '../openStudio'
import { classify } from './classify'
import { command, number, runCommand } from './command'
import { exactMatch } from './exactMatch'
import { encodeNpy } from './npy'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'
import { streamedResult } from './streamedResult'

export function scoreCommand(): Command {
  return command('score', 'exact NLL of a split')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's")
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--per-example <file>', 'write the NLL of each example as CSV: index,nats')
    .option(
      '--orderings <K>',
      'score so many orderings (or masks) of a model that has several: the ensemble of their probabilities, and the mean of their NLLs',
      number('--orderings', { integer: true, minimum: 1 }),
    )
    .option('--ensemble <K>', 'the same as --orderings', number('--ensemble', { integer: true, minimum: 1 }))
    .option('--importance <K>', 'models with latent variables: weigh so many draws of the latents (IWAE); the bound tightens with K', number('--importance', { integer: true, minimum: 1 }))
    .option('--examples <N>', 'score only so many examples, each class in its share; the same ones for every run', number('--examples', { integer: true, minimum: 1 }))
    .option('--exact-match', 'pairs: the share of sources whose most probable characters, one after the other, are the whole target')
    .option('--classify', 'class-conditional models: classify the examples by exact p(x | class) p(class)')
    .addOption(new Option('--prior <prior>', 'with --classify: p(class), the shares of the training split or the same for all').choices(['training', 'uniform']).default('training'))
    .option('--map <file>', 'write the mean NLL of each dimension: .npy (nats, in the shape of an example) or .png (a heat map)')
    .action((flags: ResultFlags & { dataset?: string; split: 'train' | 'valid' | 'test'; orderings?: number; ensemble?: number; importance?: number; examples?: number; perExample?: string; map?: string; classify?: boolean; exactMatch?: boolean; prior: 'training' | 'uniform' }) =>
      runCommand(flags, async (session) => {
        if (flags.classify) return classify(session, flags)
        if (flags.exactMatch) return exactMatch(session, flags)
        const { client, output, signal } = session
        if (flags.map !== undefined && !['.npy', '.png'].includes(extname(flags.map)))
          throw new UserError(`A map is written as .npy or .png, not as '${extname(flags.map) || flags.map}'.`, { field: 'map' })
        if (flags.orderings !== undefined && flags.ensemble !== undefined && flags.orderings !== flags.ensemble)
          throw new UserError(`--orderings ${flags.orderings} and --ensemble ${flags.ensemble} mean the same but differ.`, { field: 'orderings', mend: 'Give one of them.' })
        const ensemble = flags.orderings ?? flags.ensemble
        const started = performance.now()
        const stream = await client.scores.score(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            split: flags.split,
            perExample: flags.perExample !== undefined,
            map: flags.map !== undefined,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(ensemble === undefined ? {} : { ensemble }),
            ...(flags.importance === undefined ? {} : { importanceSamples: flags.importance }),
            ...(flags.examples === undefined ? {} : { examples: flags.examples }),
            ...(flags.dataset ? { datasetId: flags.dataset } : {}),
          },
          { signal },
        )
        const result = await streamedResult(stream, output, 'examples', (item) => item.result)
        if (!result) return
        const { likelihood, perExample, indices, map, checkpointStep } = result
        const mapFile = flags.map !== undefined && map ? await writeMap(client, map, resolve(flags.map)) : undefined
        if (flags.perExample !== undefined && perExample)
          await writeFileAtomically(
            resolve(flags.perExample),
            `index,nats\n${perExample.map((nats, index) => `${indices?.[index] ?? index},${nats}\n`).join('')}`,
          )
        const { nats, unit, bitsPerDim, standardError, perClip, examples, dimensions, split, exact, draws, latents, members, overMembers, subset, divergence, weights, dataVariant } = likelihood
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
            ...(perClip === undefined ? {} : { natsPerClip: perClip }),
            ...(draws === undefined ? {} : { draws }),
            ...(latents === undefined ? {} : { latents }),
            ...(members === undefined ? {} : { members, orderings: { count: members, ensemble: { nats, bitsPerDim, standardError }, mean: overMembers } }),
            ...(subset === undefined ? {} : { subset }),
            ...(divergence === undefined ? {} : { divergence }),
            ...(mapFile === undefined ? {} : { map: mapFile }),
          },
          `${nats.toFixed(4)} ± ${standardError.toFixed(4)} ${unit}${perClip === undefined ? '' : ` (${perClip.toFixed(3)} nats/clip)`}, ${bitsPerDim.toFixed(5)} ${bitsLabel(unit)}: ${exactnessWords(likelihood)}, ${split} split, ` +
            `${examplesWords(likelihood)}, ${dataVariant}, ${weights} weights of step ${checkpointStep}` +
            (members === undefined ? '' : `, ensemble of ${members}`) +
            (overMembers === undefined ? '' : `\nA single one of them in the mean: ${overMembers.nats.toFixed(4)} ± ${overMembers.standardError.toFixed(4)} ${unit}`) +
            (divergence === undefined
              ? ''
              : `\nKL divergence from the split's frequencies: ${divergence.nats.toFixed(4)} nats (their entropy is ` +
                `${divergence.dataEntropy.toFixed(4)}); all states together have probability ${divergence.totalProbability.toFixed(6)}`),
        )
      }),
    )
}

async function writeMap(client: StudioClient, map: NllMap, path: string): Promise<string> {
  if (extname(path) === '.npy') return written(path, encodeNpy(Float32Array.from(map.nats), map.shape))
  return written(path, await client.exports.map({ map }))
}
