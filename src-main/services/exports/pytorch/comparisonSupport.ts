import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Domain } from '../../../contract/domain'
import { dimensionsOf } from '../../../contract/domain'
import { familyDescription } from '../../../contract/inspect/registry'
import { farFromUniform } from '../../../ml/evaluation/probeWeights'
import type { Conditioning } from '../../../ml/models/model'
import { familyById } from '../../../ml/models/registry'
import { randomStream } from '../../../ml/tensor/random'
import { startEngine } from '../../../ml/tensor/startEngine'
import { tf } from '../../../ml/tensor/tf'
import { encodeSafetensors } from '../../../storage/safetensors'
import { isDensityNetwork } from './isDensityNetwork'
import { modelModule } from './modelModule'
import { pytorchNetwork } from './network'

/** A configuration whose generated module is compared with the studio; for tests and the benchmark. */
export interface ComparedCase {
  family: string
  title: string
  config: Record<string, unknown>
  domain: Domain
  /** Of a conditioned model: the one condition of all examples. */
  condition?: readonly number[]
}

export interface Comparison {
  family: string
  title: string
  dimensions: number
  parameters: number
  examples: number
  /** log p(x) of the first example in the studio, nats. */
  logProb: number
  /** Largest |log p − log p'| / |log p| over the examples; null where there is no loader. */
  difference: number | null
  /** Why there is no loader. */
  unsupported: string | null
}

const PYTHON = `
import importlib.util, json, pathlib, sys
import torch
torch.manual_seed(0)
torch.set_num_threads(1)
answers = {}
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if not (folder / 'model.py').exists():
        continue
    spec = importlib.util.spec_from_file_location('model_' + folder.name, folder / 'model.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = module.load()
    case = json.loads((folder / 'case.json').read_text())
    condition = None if case['condition'] is None else torch.tensor(case['condition'])
    with torch.no_grad():
        answers[folder.name] = net.log_prob(torch.tensor(case['x']).reshape(case['shape']), condition).tolist()
print(json.dumps({'version': torch.__version__, 'answers': answers}))
`

interface Prepared {
  row: Comparison
  logProbs: number[]
}

/** Writes model.py, model.json, weights and examples of a case as an archive holds them, and scores the examples in the studio. */
async function prepare(folder: string, { family: id, title, config, domain, condition }: ComparedCase, examples: number): Promise<Prepared> {
  const description = familyDescription(id)
  const dimensions = dimensionsOf(domain)
  const row = { family: id, title, dimensions, examples }
  const pytorch = pytorchNetwork({ family: id, config }, domain)
  if ('unsupported' in pytorch) return { row: { ...row, parameters: 0, logProb: 0, difference: null, unsupported: pytorch.unsupported }, logProbs: [] }
  const model = familyById(id).build(description.schema.parse(config), domain, 0)
  const parameters = farFromUniform(model, 7, dimensions > 64 ? 0.8 : 1.6)
  const stream = randomStream(1, `loader/${id}`).fillUniform(new Float32Array(examples * dimensions))
  const x = stream.map((value) => (isDensityNetwork(pytorch.network) ? value * domain.levels : Math.min(domain.levels - 1, Math.floor(value * domain.levels))))
  const given = condition && Array.from({ length: examples }, () => conditionAs(model.conditioning, condition))
  const logProbs = tf.tidy(() => {
    const values = tf.tensor2d(x, [examples, dimensions])
    const conditions = given && tf.tensor(given as number[] | number[][] | number[][][])
    return [...(tf.sum(model.distribution.logProb(model.conditionals(parameters, values, conditions), values), 1).dataSync() as Float32Array)]
  })
  const tensors = new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: (parameters[name]!.dataSync() as Float32Array).slice() }]))
  tf.dispose(parameters)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'weights.safetensors'), Buffer.concat(encodeSafetensors(tensors)))
  await writeFile(join(folder, 'model.json'), JSON.stringify({ domain, files: ['weights.safetensors'], network: pytorch.network }))
  await writeFile(join(folder, 'model.py'), modelModule({ name: title, dataset: { id: '', name: '', variant: '', domain } }, description, pytorch.network, pytorch.sources))
  const shape = domain.kind === 'image' ? [examples, ...domain.shape] : [examples, dimensions]
  await writeFile(join(folder, 'case.json'), JSON.stringify({ x: [...x], shape, condition: given ?? null }))
  const count = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
  return { row: { ...row, parameters: count, logProb: logProbs[0]!, difference: null, unsupported: null }, logProbs }
}

/** One condition as it is fed: a class index, a vector, or frames of features. */
function conditionAs(conditioning: Conditioning | undefined, condition: readonly number[]): number | number[] | number[][] {
  if (conditioning?.kind === 'class') return condition[0]!
  if (conditioning?.kind !== 'features') return [...condition]
  const { size } = conditioning
  return Array.from({ length: condition.length / size }, (_value, frame) => condition.slice(frame * size, (frame + 1) * size))
}

/** Loads every case in PyTorch and compares log p(x); `python` is an interpreter that has it, `folder` an empty one. */
export async function compareWithPytorch(python: string, folder: string, cases: readonly (ComparedCase & { examples: number })[]): Promise<{ version: string; rows: Comparison[] }> {
  await startEngine()
  const prepared: Prepared[] = []
  for (const [index, compared] of cases.entries()) prepared.push(await prepare(join(folder, String(index).padStart(3, '0')), compared, compared.examples))
  await writeFile(join(folder, 'compare.py'), PYTHON)
  const { stdout } = await promisify(execFile)(python, [join(folder, 'compare.py'), folder], { maxBuffer: 1 << 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  const { version, answers } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { version: string; answers: Record<string, number[]> }
  const rows = prepared.map(({ row, logProbs }, index) => {
    const theirs = answers[String(index).padStart(3, '0')]
    if (row.unsupported !== null || !theirs) return row
    return { ...row, difference: Math.max(...logProbs.map((ours, example) => Math.abs(ours - theirs[example]!) / Math.abs(ours))) }
  })
  return { version, rows }
}
