import type { ComputedRef } from 'vue'
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Domain } from '../../../src-main/contract'
import type { Block, BlockLayout, PaletteEntry } from '../../../src-main/contract/builder'
import { blockPalette, blockSchema, whyNotAt } from '../../../src-main/contract/builder'
import type { DraftConfig } from './blockChain'
import { asSentence } from './checkDraft'

/** A kind of block as the palette offers it for a place of the chain. */
export interface PaletteOffer extends PaletteEntry {
  /** The data itself rules it out, wherever it is put. */
  never: boolean
}

export interface PaletteFitsOptions {
  config: ComputedRef<DraftConfig>
  domain: ComputedRef<Domain | null>
  /** Blocks before the place in question. */
  place: ComputedRef<number>
}

/** Milliseconds of one go: each kind is tried in the chain, which takes a while in a long one and must not hold up typing. */
const SLICE = 6

/** Which kinds may stand at a place, and why the others may not. The answer follows the chain in idle moments. */
export function usePaletteFits({ config, domain, place }: PaletteFitsOptions) {
  const offers = shallowRef<readonly PaletteOffer[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  function begin(): void {
    clearTimeout(timer)
    const { value } = domain
    if (!value) return void (offers.value = [])
    const layout: BlockLayout = config.value.layout === 'sequence' ? 'sequence' : 'image'
    const parsed = config.value.blocks.map((block) => blockSchema.safeParse(block))
    const blocks: Block[] = parsed.flatMap(({ data }) => (data ? [data] : []))
    const entries = blockPalette(layout, value, blocks).map((entry): PaletteOffer => ({ ...entry, never: entry.why !== null }))
    const known = new Map(offers.value.map(({ kind, why }) => [kind, why]))
    // Until they are known anew, the answers of before stand, so that nothing flickers.
    offers.value = entries.map((entry) => (entry.never ? entry : { ...entry, why: known.get(entry.kind) ?? null }))
    // A chain with a block that cannot be read has no places to try.
    if (blocks.length < parsed.length) return
    const answers: PaletteOffer[] = []
    const at = place.value
    const goOn = (): void => {
      const until = performance.now() + SLICE
      while (answers.length < entries.length && performance.now() < until) {
        const entry = entries[answers.length]!
        answers.push(entry.never ? entry : { ...entry, why: reason(whyNotAt({ layout, blocks }, at, entry.defaults, value)) })
      }
      if (answers.length < entries.length) timer = setTimeout(goOn, 0)
      else offers.value = answers
    }
    timer = setTimeout(goOn, 60)
  }
  watch([config, domain, place], begin, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))

  return { offers }
}

/** Of a block that is not there yet nothing need be removed. */
const reason = (why: string | null): string | null => (why === null ? null : asSentence(why.replace(/ Remove (this one|it)\.$/, '')))
