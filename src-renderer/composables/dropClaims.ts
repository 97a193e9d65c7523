import { onScopeDispose } from 'vue'

/** Who takes dropped files before they are taken for data: the page that is open. */
type Claim = (files: readonly File[]) => boolean
const claims = new Set<Claim>()

/** `take` answers whether the files are its own. In force for as long as its scope lives. */
export function claimDrops(take: Claim): void {
  claims.add(take)
  onScopeDispose(() => claims.delete(take))
}

export function offerDrop(files: readonly File[]): boolean {
  return [...claims].some((take) => take(files))
}
