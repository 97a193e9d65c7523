import type { ImportPlan, ImportSettings } from '../contract/records/dataset'
import { displayIntensities } from './encodeLevels'
import { recognise } from './recognise'
import { levelsFrom } from '../contract/levels'

const PREVIEWED = 24

/** What an import would do, from a quick look; writes nothing. */
export async function planImport(paths: string[], settings: ImportSettings = {}, signal?: AbortSignal): Promise<ImportPlan> {
  const source = await recognise(paths, settings, { quick: true, signal })
  try {
    const { options, domain } = source
    const preview = (await source.preview(PREVIEWED)).map(({ name, label, values }) => {
      const levels = values as Uint8Array
      const pixels = domain.kind === 'image' || domain.kind === 'video' ? displayIntensities(levels, domain.levels, options.binarize === 'dynamic') : levels
      return { name: label === null ? name : `${name} · ${label}`, pixels: levelsFrom(pixels, { levels: domain.kind === 'audio' ? domain.levels : 256 }), length: pixels.length }
    })
    return {
      recognised: source.recognised, kind: options.kind!, files: source.files, examples: source.examples, estimated: source.estimated,
      domain, suggestedName: source.suggestedName, options, splitsFound: source.splitsFound,
      ...(source.labelNames ? { labelNames: source.labelNames } : {}),
      rejected: source.rejected, preview,
    }
  } finally {
    await source.close()
  }
}
