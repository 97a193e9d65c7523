import { nllUnit } from '../../contract/domain'
import type { FamilyDescription } from '../../contract/inspect/family'
import type { CheckpointRecord, RunRecord } from '../../contract/records/run'
import type { ModelParameter } from './modelArchive'
import { isDensityNetwork } from './pytorch/isDensityNetwork'
import type { PytorchNetwork } from './pytorch/network'

interface Content {
  run: RunRecord
  checkpoint: CheckpointRecord
  description: FamilyDescription
  parameters: readonly ModelParameter[]
  files: readonly string[]
  pytorch: PytorchNetwork
}

/** What somebody who has only the archive needs to know. */
export function modelReadme({ run, checkpoint, description, parameters, files, pytorch }: Content): string {
  const { domain, name, variant } = run.dataset
  const unit = nllUnit(domain)
  const valid = checkpoint.valid
    ? `Validation NLL ${checkpoint.valid.nats.toFixed(4)} ± ${checkpoint.valid.standardError.toFixed(4)} ${unit} ` +
      `(${checkpoint.valid.weights} weights).`
    : 'There is no validation NLL of this checkpoint.'
  const encoding = domain.encoding === 'mu-law' ? ' (μ-law)' : ''
  const rate = domain.sampleRate ? `, ${domain.sampleRate} Hz` : ''
  const average = files.length > 1 ? ' as trained, and their exponential moving average' : ''
  return `# ${run.name}

${description.title}: ${description.reference}.

    ${description.equation}

Trained by Chainrule on ${name} (${variant}), checkpoint of step ${checkpoint.step}. ${valid}

- Domain: ${domain.kind}, shape [${domain.shape.join(', ')}], ${domain.levels} levels${encoding}${rate}.
- \`model.json\`: the model's document, its domain, the training settings and how the numbers came about.
- ${files.map((file) => `\`${file}\``).join(', ')}: the weights${average}, float32, row-major.

## In PyTorch

${inPytorch(pytorch)}

## Reading the weights

    from safetensors.numpy import load_file
    weights = load_file('${files.at(-1) ?? 'weights.safetensors'}')

## Tensors

Names and layouts are those of the equations; masked weights are stored whole and are masked when they are applied.

| name | shape |
| --- | --- |
${parameters.map((parameter) => `| \`${parameter.name}\` | [${parameter.shape.join(', ')}] |`).join('\n')}
`
}

function inPytorch(pytorch: PytorchNetwork): string {
  if ('unsupported' in pytorch) return `There is no \`model.py\` for this model: ${pytorch.unsupported}. The weights and their layout are below.`
  const values = isDensityNetwork(pytorch.network)
    ? 'dequantised values, levels plus uniform noise in [0, 1): a density, whose mean over the noise bounds the NLL'
    : 'levels, in the shape of the data or flat'
  return `\`model.py\` builds the same network in plain PyTorch and reads the weights beside it:

    import model
    net = model.load()
    net.log_prob(x)      # [B] nats; x: ${values}`
}
