import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { BenchError } from './benchError'
import { ENGINE_ENVIRONMENT } from './opponent'
import type { Options } from './options'
import { reportSchema } from './report'
import type { Report } from './report'
import type { Row } from './row'

type Environment = Readonly<Record<string, string>>

/** The same, marked as what the opponent is started without. */
export function withoutOpponent(environment: Environment): Record<string, string> {
  const marked = process.env[ENGINE_ENVIRONMENT]?.split(' ') ?? []
  return { ...environment, [ENGINE_ENVIRONMENT]: [...new Set([...marked, ...Object.keys(environment)])].join(' ') }
}

/** Whether this process has been started with it. */
export const isOurs = (environment: Environment = {}): boolean => Object.entries(environment).every(([name, value]) => process.env[name] === value)

/** A row of another environment, measured by this benchmark in a process that is started with it. */
export async function measuredApart({ name, environment = {} }: Row, { rounds, compile }: Options, signal?: AbortSignal): Promise<Report> {
  const args = ['--only', name, '--rounds', String(rounds), '--json', ...(compile ? [] : ['--no-compile'])]
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...withoutOpponent(environment) },
    ...(signal ? { signal } : {}),
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (!output) throw new BenchError(`The process for ${name} ended with ${String(code)}`, 'What it said stands above.')
  return reportSchema.parse(JSON.parse(output))
}
