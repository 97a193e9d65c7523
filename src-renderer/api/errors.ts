import { ORPCError } from '@orpc/client'

/** What to tell the user: what happened, what to do next, and the field at fault when there is one. */
export interface Problem {
  message: string
  mend: string | null
  field: string | null
}

/** Turns whatever was thrown into words. `fallback` is used where the error has none of its own. */
export function toProblem(error: unknown, fallback: { message: string; mend: string; lost: string; lostMend: string }): Problem {
  if (error instanceof ORPCError) {
    const data = error.data as { field?: unknown; mend?: unknown; issues?: { message?: unknown; path?: unknown[] }[] } | undefined
    const issue = data?.issues?.[0]
    if (issue) return { message: String(issue.message ?? error.message), mend: null, field: issue.path?.join('.') ?? null }
    if (error.code === 'INTERNAL_SERVER_ERROR') return { message: error.message || fallback.message, mend: fallback.mend, field: null }
    return {
      message: error.message,
      mend: typeof data?.mend === 'string' ? data.mend : null,
      field: typeof data?.field === 'string' ? data.field : null,
    }
  }
  const text = error instanceof Error ? error.message : String(error)
  if (/WebSocket is not open|peer was closed|aborted/i.test(text)) return { message: fallback.lost, mend: fallback.lostMend, field: null }
  return { message: text || fallback.message, mend: null, field: null }
}

/** An action that the user cancelled is no error. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
