import type { Domain } from '../contract/domain'
import { commonest } from './commonest'
import { describeVariant, grouped, listed, suggestName } from './describe'
import { levelEncoding } from './encodeLevels'
import { preparedImage, readImages } from './fileSource'
import { labelledFiles } from './labelledFiles'
import { conversionNotes, targetSize } from './matrixSource'
import type { PreparedExample, Source } from './source'
import type { SourceInput } from './sourceInput'
import { settleOptions } from './sourceInput'
import { UserError } from './userError'
import { rejectionReason } from './importers/inputFile'

/** A source of image files. Their commonest size is kept unless another is asked for, to which all are then resized. */
export async function imageSource(input: SourceInput): Promise<Source> {
  const { settings, collected } = input
  const tally = collected.images
  const seen = tally.images.filter(Boolean)
  if (seen.length === 0) {
    const broken = tally.kept.filter(Boolean)[0]
    const reason = broken ? await preparedImage(broken.bytes, broken.name, { channels: 3 }, { width: 0, height: 0 }).then(() => 'unreadable', rejectionReason) : 'it cannot be read'
    throw new UserError(`None of the ${grouped(tally.count)} images can be read. ${broken?.name ?? 'The first'}: ${reason}.`, { field: 'paths' })
  }
  const sizes = commonest(seen.map(({ width, height }) => `${width} × ${height}`))
  const [width, height] = sizes[0]!.value.split(' × ').map(Number) as [number, number]
  const resize = settings.width !== undefined || settings.height !== undefined
  const size = targetSize({ width, height }, settings)
  const grey = seen.every(({ channels }) => channels === 1)
  const channels = settings.channels ?? (grey ? 1 : 3)

  const files = labelledFiles(input, tally)
  const { options, splitsFound } = settleOptions(settings, tally.splits, { kind: 'image', channels, ...(resize ? size : {}) })
  const encoding = levelEncoding(256, options)
  const domain: Domain = { kind: 'image', shape: [size.height, size.width, channels], levels: encoding.levels, variableLength: false, encoding: 'linear' }
  if (files.labelNames && !collected.estimated) domain.classes = files.labelNames.length
  const target = { channels, ...(resize ? { size } : {}) }
  const rules = files.rules(options, tally)
  const notes = conversionNotes({ width: resize ? -1 : width, height, channels: grey ? 1 : 3 }, { ...size, channels })
  const mixed = sizes.length > 1
  return {
    recognised: [
      `${collected.estimated ? 'about ' : ''}${grouped(tally.count)} ${grey ? 'grey' : 'colour'} images`,
      resize ? `resized to ${size.width} × ${size.height}` : mixed ? `of ${sizes.length} sizes, most ${width} × ${height}: others are left out unless a size is given` : `of ${width} × ${height}`,
      files.labelNames ? `${collected.estimated ? 'at least ' : ''}${files.labelNames.length} classes` : null,
      splitsFound.length > 0 ? `${listed(splitsFound)} named` : null,
    ].filter(Boolean).join(', '),
    options, domain, files: tally.count, examples: tally.count, estimated: collected.estimated, splitsFound,
    labelNames: files.labelNames,
    suggestedName: suggestName(input.paths),
    variant: describeVariant(domain, { levels: 256, levelsNote: encoding.note, notes }),
    sources: input.paths,
    rejected: collected.rejected,
    read: async function* (context) {
      let index = 0
      for await (const example of readImages(rules, target, size, context)) yield { ...example, values: encoding.encode(example.values as Uint8Array, index++) }
    },
    preview: async (count) => {
      const examples: PreparedExample[] = []
      for (const { name, bytes } of tally.kept.filter(Boolean)) {
        if (examples.length === count) break
        const values = await preparedImage(bytes, name, target, size).catch(() => null)
        if (values) examples.push({ name, split: null, label: input.labels.labelOf(name), group: examples.length, values: encoding.encode(values, examples.length) })
        else collected.rejected.push({ file: name, reason: await preparedImage(bytes, name, target, size).then(() => '', rejectionReason) })
      }
      return examples
    },
    close: input.scratch.remove,
  }
}
