import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { SplitName } from '../../contract/domain'
import type { Features } from '../../contract/records/understanding'
import { UserError } from '../../data/userError'
import type { StoredTensor } from '../../storage/safetensors'
import { writeSafetensors } from '../../storage/safetensors'
import { command, runCommand } from './command'
import { encodeNpy } from './npy'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'
import { streamedResult } from './streamedResult'

interface FeatureFlags extends ResultFlags {
  dataset?: string
  split: SplitName
  layer?: string
  out: string
}

export function featuresCommand(): Command {
  return command('features', 'activations of a hidden layer for every example of a split (NADE, MADE), with the labels')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's, of the same domain")
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--layer <name>', 'the hidden layer, as hidden.0; the last one if absent')
    .requiredOption('--out <file>', '.safetensors (features and labels), or .npy (with the labels in a second file beside it)')
    .action((flags: FeatureFlags) =>
      runCommand(flags, async ({ client, output, signal }) => {
        if (!['.npy', '.safetensors'].includes(extname(flags.out)))
          throw new UserError(`--out ${flags.out}: features are written as .safetensors or .npy.`, { field: 'out' })
        const stream = await client.understanding.features(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            split: flags.split,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(flags.dataset ? { datasetId: flags.dataset } : {}),
            ...(flags.layer === undefined ? {} : { layer: flags.layer }),
          },
          { signal },
        )
        const result = await streamedResult(stream, output, 'examples', (item) => item.result)
        if (!result) return
        const files = await writeFeatures(result, flags)
        const { layer, layers, explanation, checkpointStep, weights, split, examples, units, labels } = result
        output.answer(
          {
            files,
            run: flags.run,
            checkpoint: checkpointStep,
            weights,
            split,
            layer,
            layers,
            explanation,
            shape: [examples, units],
            labelled: labels !== null,
          },
          `${files.join(', ')}: ${examples} × ${units} activations of ${layer} (${explanation}), ${split} split, ` +
            `${weights} weights of step ${checkpointStep}${labels ? ', with labels' : ''}`,
        )
      }),
    )
}

async function writeFeatures(result: Features, { out, run }: FeatureFlags): Promise<string[]> {
  const { values, examples, units, labels, layer, explanation, split, checkpointStep, weights } = result
  const path = resolve(out)
  const data = new Float32Array(values.slice().buffer)
  if (extname(path) === '.safetensors') {
    const tensors = new Map<string, StoredTensor>([['features', { shape: [examples, units], data }]])
    if (labels) tensors.set('labels', { shape: [examples], data: Int32Array.from(labels) })
    await writeSafetensors(path, tensors, { run, layer, explanation, split, checkpoint: String(checkpointStep), weights })
    return [path]
  }
  const files = [await written(path, encodeNpy(data, [examples, units]))]
  if (!labels) return files
  const classes = labels.every((label) => label < 256) ? Uint8Array.from(labels) : Float32Array.from(labels)
  files.push(await written(path.replace(/\.npy$/, '.labels.npy'), encodeNpy(classes, [examples])))
  return files
}
