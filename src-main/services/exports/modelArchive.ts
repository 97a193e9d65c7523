import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AsyncZippable } from 'fflate'
import { strToU8, zip } from 'fflate'
import { checkpointFiles } from '../../engine/checkpointFiles'
import type { DatasetFingerprint } from '../../contract/records/archive'
import { decodeSafetensors } from '../../storage/safetensors'
import { familyOf } from '../families'
import type { SelectedCheckpoint } from '../selectCheckpoint'
import { modelReadme } from './modelReadme'
import { modelModule } from './pytorch/modelModule'
import { pytorchNetwork } from './pytorch/network'

export const MODEL_ARCHIVE_VERSION = 1

export interface ModelParameter {
  name: string
  shape: readonly number[]
}

/** A zip that needs nothing of the studio to be read: weights as safetensors, the model's document, a README of the layout. */
export async function modelArchive({ run, checkpoint, folder }: SelectedCheckpoint, fingerprint: DatasetFingerprint | null): Promise<Uint8Array> {
  const { weights, ema } = checkpointFiles
  const names = [weights, ema].filter((name) => checkpoint.files.some((file) => file.name === name))
  const contents: AsyncZippable = {}
  let parameters: ModelParameter[] = []
  for (const name of names) {
    const path = join(folder, name)
    const content = await readFile(path)
    const { tensors } = decodeSafetensors(content, path)
    if (name === weights)
      parameters = [...tensors].map(([parameter, { shape }]) => ({ name: parameter, shape })).sort((a, b) => (a.name < b.name ? -1 : 1))
    // Floating-point weights hardly shrink: stored, they unpack without a wait.
    contents[name] = [content, { level: 0 }]
  }
  const description = familyOf(run.model.family)
  const pytorch = pytorchNetwork(run.model, run.dataset.domain)
  const document = {
    format: 'chainrule-model',
    version: MODEL_ARCHIVE_VERSION,
    model: run.model,
    family: { title: description.title, reference: description.reference, equation: description.equation },
    domain: run.dataset.domain,
    dataset: { id: run.dataset.id, name: run.dataset.name, variant: run.dataset.variant },
    fingerprint,
    parameters,
    ...('network' in pytorch ? { network: pytorch.network } : {}),
    files: names,
    sha256: Object.fromEntries(checkpoint.files.filter(({ name }) => names.some((file) => file === name)).map(({ name, sha256 }) => [name, sha256])),
    checkpoint: {
      step: checkpoint.step,
      epoch: checkpoint.epoch,
      seconds: checkpoint.seconds,
      valid: checkpoint.valid,
      weightsHash: checkpoint.weightsHash,
    },
    run: { id: run.id, name: run.name, createdAt: run.createdAt, training: run.training, budget: run.budget, engine: run.engine, preset: run.preset, baselines: run.baselines },
    scores: run.scores.filter(({ checkpointStep }) => checkpointStep === checkpoint.step),
  }
  contents['model.json'] = strToU8(`${JSON.stringify(document, null, 2)}\n`)
  if ('network' in pytorch) contents['model.py'] = strToU8(modelModule(run, description, pytorch.network, pytorch.sources))
  contents['README.md'] = strToU8(modelReadme({ run, checkpoint, description, parameters, files: names, pytorch }))
  return new Promise((resolve, reject) => zip(contents, { level: 6 }, (error, data) => (error ? reject(error) : resolve(data))))
}
