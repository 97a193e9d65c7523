import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

export interface OpponentOptions {
  /** The interpreter that has PyTorch. */
  python: string
  /** bench/python */
  sources: string
  threads: number
  /** How PyTorch's threads wait for each other: spinning, which is quicker on a quiet machine, or asleep, which is quicker on a busy one. */
  waiting?: Waiting
}

export type Waiting = 'active' | 'passive'

export interface Preparation {
  /** bench/python/rows/<row>.py */
  row: string
  /** Weights, batch and masks as safetensors. */
  tensors?: string
  options?: Record<string, unknown>
  /** Through torch.compile. */
  compiled?: boolean
}

const preparedSchema = z.object({ formulations: z.array(z.string()), parameters: z.number(), version: z.string() })
const checkedSchema = z.object({ values: z.array(z.number()) })
const ranSchema = z.object({ milliseconds: z.array(z.number()) })
const failedSchema = z.object({ error: z.string() })
export type Prepared = z.infer<typeof preparedSchema>

/** A Python process that stays and does one row's work in PyTorch whenever it is told to; idle in between. */
export interface Opponent {
  prepare(preparation: Preparation): Promise<Prepared>
  /** The losses of the first `count` steps from the given weights; of a sampler, log p of each sample. */
  check(formulation: string, count: number, limitMs?: number): Promise<number[]>
  run(formulation: string, count: number): Promise<number[]>
  close(): void
}

/** Names the variables that only our own process shall have. */
export const ENGINE_ENVIRONMENT = 'CHAINRULE_BENCH_ENGINE_ENVIRONMENT'

/** The environment as a script would find it. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = [ENGINE_ENVIRONMENT, ...(process.env[ENGINE_ENVIRONMENT]?.split(' ') ?? [])]
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.includes(name)))
}

const running = new Set<() => void>()
process.on('exit', () => {
  for (const stop of running) stop()
})

export function startOpponent({ python, sources, threads, waiting: policy = 'active' }: OpponentOptions): Opponent {
  const child = spawn(python, [join(sources, 'opponent.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...plainEnvironment(),
      OMP_NUM_THREADS: String(threads),
      // Left unset, libgomp spins a while and then sleeps.
      ...(policy === 'passive' ? { OMP_WAIT_POLICY: 'passive' } : {}),
      PYTHONDONTWRITEBYTECODE: '1',
      // Compilation in this process alone, so that stopping it leaves nothing behind.
      TORCHINDUCTOR_COMPILE_THREADS: '1',
    },
  })
  let noise = ''
  child.stderr.on('data', (chunk: Buffer) => (noise = (noise + chunk.toString()).slice(-4000)))
  let waiting: { settle(line: string): void; fail(error: Error): void } | null = null
  createInterface({ input: child.stdout }).on('line', (line) => waiting?.settle(line))
  const ended = (what: string): void => waiting?.fail(new Error(`The Python process ${what}. ${noise.trim().split('\n').at(-1) ?? ''}`.trim()))
  child.on('error', (error) => ended(`could not be started: ${error.message}`))
  child.on('close', (code, signal) => {
    running.delete(stop)
    ended(`ended with ${signal ?? `code ${code}`}`)
  })
  child.stdin.on('error', () => {}) // reported by 'close'
  const stop = (): void => void child.kill('SIGKILL')
  running.add(stop)

  async function ask<T>(request: object, schema: z.ZodType<T>, limitMs?: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const line = await new Promise<string>((settle, fail) => {
      waiting = { settle, fail }
      if (child.exitCode !== null || child.signalCode !== null) return ended('is gone')
      if (limitMs !== undefined) {
        timer = setTimeout(() => {
          stop()
          fail(new Error(`It took longer than ${Math.round(limitMs / 1000)} s.`))
        }, limitMs)
      }
      child.stdin.write(`${JSON.stringify(request)}\n`)
    }).finally(() => {
      clearTimeout(timer)
      waiting = null
    })
    const answer: unknown = JSON.parse(line)
    const failed = failedSchema.safeParse(answer)
    if (failed.success) throw new Error(failed.data.error)
    return schema.parse(answer)
  }

  return {
    prepare: (preparation) => ask({ do: 'prepare', threads, ...preparation }, preparedSchema),
    check: async (formulation, count, limitMs) => (await ask({ do: 'check', formulation, count }, checkedSchema, limitMs)).values,
    run: async (formulation, count) => (await ask({ do: 'run', formulation, count }, ranSchema)).milliseconds,
    close: stop,
  }
}
