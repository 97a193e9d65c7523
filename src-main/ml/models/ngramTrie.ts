import type { NgramSizes } from '../../contract/inspect/ngram'

/**
 * The contexts of an n-gram as a tree: from the root each step goes one value further back, so the contexts of a position lie along one path.
 * Nodes are numbered level by level, the children of a node next to each other in the order of their value; so are the entries of a node, the
 * values that followed its context. Places beyond those in use are filled so that nothing finds them. Sizes N (contexts) and E (entries).
 */
export interface NgramTrie {
  /** First child of each node [N + 2]: those of node c are childStart[c] … childStart[c + 1] − 1. Node N stands for a context that was never seen. */
  childStart: Float32Array
  /** The value by which a node is one further back than its parent [N + 1]; K is the start of the sequence. */
  symbol: Float32Array
  /** First entry of each node [N + 2]. */
  entryStart: Float32Array
  /** Value of each entry [E + 1], and its node [E]. */
  level: Float32Array
  owner: Float32Array
}

/** Contexts, numbered level by level from the root, with what followed each: the entries of context c are entryStart[c] … entryStart[c + 1] − 1. */
export interface Contexts {
  count: number
  parent: Int32Array
  /** The value by which a context is one longer than its parent; K for the start of a sequence. */
  symbol: Uint16Array
  entryStart: Int32Array
  /** Values that followed, rising within a context. */
  level: Uint16Array
}

/** Packs contexts into tables of the given sizes. */
export function packTrie({ count, parent, symbol, entryStart, level }: Contexts, sizes: Pick<NgramSizes, 'contexts' | 'entries'>): NgramTrie {
  const { contexts, entries } = sizes
  const children = new Int32Array(count)
  for (let node = 1; node < count; node++) children[parent[node]!] = children[parent[node]!]! + 1
  const trie: NgramTrie = {
    childStart: new Float32Array(contexts + 2),
    symbol: new Float32Array(contexts + 1).fill(NOTHING),
    entryStart: new Float32Array(contexts + 2).fill(entryStart[count]!),
    level: new Float32Array(entries + 1).fill(NOTHING),
    owner: new Float32Array(entries).fill(contexts),
  }
  let child = 1
  for (let node = 0; node < contexts + 2; node++) {
    trie.childStart[node] = child
    if (node >= count) continue
    child += children[node]!
    if (node > 0) trie.symbol[node] = symbol[node]!
    trie.entryStart[node] = entryStart[node]!
    trie.owner.fill(node, entryStart[node], entryStart[node + 1])
  }
  trie.level.set(level.subarray(0, entryStart[count]))
  return trie
}

/** Larger than any value, and not met. */
const NOTHING = 2 ** 20

/** Every context there could be with every value, or where that is too much the empty context alone: the start of an n-gram that was not counted. */
export function startingTrie(n: number, levels: number, sizes: NgramSizes): NgramTrie {
  const [parent, symbol] = [[-1], [0]]
  if (sizes.complete) {
    let generation = [0]
    for (let length = 1; length < n; length++) {
      const next: number[] = []
      for (const node of generation) {
        if (symbol[node] === levels) continue
        for (let value = 0; value <= levels; value++) {
          next.push(parent.length)
          parent.push(node)
          symbol.push(value)
        }
      }
      generation = next
    }
  }
  const count = parent.length
  const contexts = {
    count,
    parent: Int32Array.from(parent),
    symbol: Uint16Array.from(symbol),
    entryStart: Int32Array.from({ length: count + 1 }, (_value, node) => node * levels),
    level: Uint16Array.from({ length: count * levels }, (_value, at) => at % levels),
  }
  return packTrie(contexts, sizes)
}
