import { watch } from 'vue'
import { useConnectionStore } from '../stores/connection'

/** Calls `again` when the connection has come back: what was asked for once, and is no stream, may have changed meanwhile or never have arrived. */
export function useReconnected(again: () => unknown): void {
  const connection = useConnectionStore()
  watch(
    () => connection.online,
    (online) => online && again(),
  )
}
