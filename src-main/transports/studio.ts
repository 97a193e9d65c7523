import type { Context } from '@orpc/server'
import type { HandleStandardServerPeerMessageOptions } from '@orpc/server/standard-peer'
import type { RPCHandler } from '@orpc/server/ws'

/** What a transport needs of a studio: procedures to call, the context they are called with, where uploads are staged. */
export interface ServedStudio<T extends Context = Context> {
  /** Any oRPC router: a transport moves messages and knows no procedure. */
  router: ConstructorParameters<typeof RPCHandler<T>>[0]
  context: T
  /** Folder in which `uploads.create` makes one folder per upload. */
  uploadsFolder: string
}

/** oRPC makes `context` optional for empty contexts by a conditional type, which stays unresolved for a generic one; hence the cast. */
export function callOptions<T extends Context>(studio: ServedStudio<T>): [HandleStandardServerPeerMessageOptions<T>] {
  return [{ context: studio.context } as unknown as HandleStandardServerPeerMessageOptions<T>]
}
