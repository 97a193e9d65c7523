import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The parts of the npm package tfjs-node-gpu and of node-api-headers that the binding is built from and goes to. */
export interface BindingPackage {
  version: string
  sources: string[]
  nodeApiHeaders: string
  /** Where tfjs-node-gpu looks for its binding. */
  binding: string
  /** What was built, and against which engine; written by the installer beside the binding. */
  stamp: string
  installScript: string
}

export function findBindingPackage(): BindingPackage {
  const fromHere = createRequire(import.meta.url)
  const manifest = fromHere.resolve('@tensorflow/tfjs-node-gpu/package.json')
  const folder = dirname(manifest)
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return {
    version,
    sources: ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(folder, 'binding', name)),
    nodeApiHeaders: join(dirname(fromHere.resolve('node-api-headers/package.json')), 'include'),
    binding: join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'),
    stamp: join(folder, 'lib', 'napi-v8', 'engine.json'),
    installScript: join(folder, 'scripts', 'install.js'),
  }
}
