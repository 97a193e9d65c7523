import { dirname, resolve } from 'node:path'
import { describeTensorflow } from '../../ml/tensor/engineInfo.js'
import type { EngineInfo } from '../../ml/tensor/engineInfo.js'
import type { BindingPackage } from './bindingPackage.js'
import { errorLine, findProgram, runCommand } from './runCommand.js'

/** Run by a bare Node from within the package's folder, so that it finds the same tfjs-node-gpu. */
const program = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require('.');
const x = tf.ones([2, 2]);
tf.matMul(x, x).dataSync();
console.log('\\n' + JSON.stringify({ version: tf.backend().binding.TF_Version ?? null, usesGpu: tf.backend().isUsingGpuDevice }));
`

/**
 * Starts the native TensorFlow in a process of its own and asks what it runs on. Never in this process: the studio's
 * window crashes when TensorFlow is loaded beside it.
 */
export async function probeEngine(source: BindingPackage, env: NodeJS.ProcessEnv = process.env): Promise<EngineInfo> {
  if (env.CHAINRULE_ENGINE === 'wasm') return webAssembly('WebAssembly was asked for (CHAINRULE_ENGINE=wasm)')
  const result = await runCommand(process.execPath, ['-e', program], {
    cwd: resolve(dirname(source.binding), '..', '..'),
    env: { ...env, ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    timeoutMs: 60_000,
  })
  const answer = result.code === 0 ? (result.stdout.trim().split('\n').at(-1) ?? '') : ''
  if (!answer.startsWith('{'))
    return webAssembly(`The native TensorFlow could not be loaded: ${errorLine(result.stderr) || 'it ended without a word'}`)
  const { version, usesGpu } = JSON.parse(answer) as { version: string | null; usesGpu: boolean }
  return describeTensorflow(version, usesGpu, usesGpu ? await gpuName(env) : null)
}

const webAssembly = (reason: string): EngineInfo => ({ name: 'wasm', tensorflow: null, device: 'cpu', gpu: null, reason })

export async function gpuName(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const command = findProgram('nvidia-smi', env)
  if (!command) return null
  const { code, stdout } = await runCommand(command, ['--query-gpu=name', '--format=csv,noheader'], { env, timeoutMs: 5_000 })
  return code === 0 ? (stdout.trim().split('\n')[0] ?? null) : null
}
