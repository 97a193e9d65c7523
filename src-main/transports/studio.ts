import type { Context } from '@orpc/server'
import type { HandleStandardServerPeerMessageOptions } from '@orpc/server/standard-peer'
import type { RPCHandler } from '@orpc/server/ws'

/** What a transport needs of the context that procedures are called with: nothing but where uploads are staged. */
export interface ServedContext extends Context {
  workspace: {
    /** Folder in which `uploads.create` makes one folder per upload. */
    uploads: string
  }
}

/** What a transport needs of a studio: procedures to call and their context. */
export interface ServedStudio<T extends ServedContext = ServedContext> {
  /** Any oRPC router: a transport moves messages and knows no procedure. */
  router: ConstructorParameters<typeof RPCHandler<T>>[0]
  context: T
}

/** oRPC makes `context` optional for empty contexts by a conditional type, which stays unresolved for a generic one; hence the cast. */
export function callOptions<T extends ServedContext>(studio: ServedStudio<T>): [HandleStandardServerPeerMessageOptions<T>] {
  return [{ context: studio.context } as unknown as HandleStandardServerPeerMessageOptions<T>]
}
