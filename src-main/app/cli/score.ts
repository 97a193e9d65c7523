import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { writeFileAtomically } from '../../storage/atomicWrite'
import { command, runCommand } from './command'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption } from './resultFlags'

export function scoreCommand(): Command {
  return command('score', 'exact NLL of a split')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's")
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--per-example <file>', 'write the NLL of each example as CSV: index,nats')
    .action((flags: ResultFlags & { dataset?: string; split: 'train' | 'valid' | 'test'; perExample?: string }) =>
      runCommand(flags, async ({ client, output, signal }) => {
        const started = performance.now()
        const stream = await client.scores.score(
          {
            runId: flags.run,
            checkpoint: selector(flags.checkpoint),
            split: flags.split,
            perExample: flags.perExample !== undefined,
            ...(flags.weights ? { weights: flags.weights } : {}),
            ...(flags.dataset ? { datasetId: flags.dataset } : {}),
          },
          { signal },
        )
        for await (const { done, total, result } of stream) {
          if (!result) {
            output.progress(total > 0 ? done / total : null, `${done} of ${total} examples`)
            continue
          }
          const { likelihood, perExample, checkpointStep } = result
          if (flags.perExample !== undefined && perExample)
            await writeFileAtomically(
              resolve(flags.perExample),
              `index,nats\n${perExample.map((nats, index) => `${index},${nats}\n`).join('')}`,
            )
          const { nats, unit, bitsPerDim, standardError, examples, dimensions, split, exact, weights, dataVariant } = likelihood
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
            },
            `${nats.toFixed(4)} ± ${standardError.toFixed(4)} ${unit}, ${bitsPerDim.toFixed(5)} bits/dim: exact, ${split} split, ` +
              `${examples} examples, ${dataVariant}, ${weights} weights of step ${checkpointStep}`,
          )
        }
      }),
    )
}
