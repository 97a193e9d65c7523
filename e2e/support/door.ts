import type { Download, Page } from '@playwright/test'

/** One way into a running studio. The scenarios are the same through each. */
export interface Door {
  /** Workspace folder. */
  readonly home: string
  readonly page: Page
  /** What the studio's process has written to its log. */
  readonly log: string
  /** Ends the studio, politely or not, and opens it again on the same workspace. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Ids of the engine processes. */
  enginePids(): number[]
  /** Does `action` and answers the file that it made the window save. */
  save(action: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }>
}

export async function bytesOf(download: Download): Promise<{ name: string; bytes: Buffer }> {
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) }
}
