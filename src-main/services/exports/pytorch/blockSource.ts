/** Python of some kinds of blocks, or of what several of them share. */
export interface BlockSource {
  /** It goes into the module of every model that has one of these. */
  kinds: readonly string[]
  source: string
}
