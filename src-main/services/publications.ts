import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Publication, PublicationFields } from '../contract/records/publication'
import { nllUnit } from '../contract/domain'
import { UserError } from '../data/userError'
import { publicationsRecordType } from '../storage/records/publicationsRecord'
import type { StudioContext } from './context'
import { contentOf } from './datasetContent'
import { notFound } from './errors'

type PublicationContext = Pick<StudioContext, 'workspace' | 'datasets'>

const fileOf = ({ workspace }: Pick<StudioContext, 'workspace'>): string => join(workspace.home, 'published.json')

/** One change after another, whichever window asks. */
let last: Promise<unknown> = Promise.resolve()

function change<T>(context: PublicationContext, make: (results: Publication[]) => { results: Publication[]; answer: T } | Promise<{ results: Publication[]; answer: T }>): Promise<T> {
  const next = last.then(async () => {
    const { results, answer } = await make(await listPublications(context))
    await publicationsRecordType.write(fileOf(context), { type: 'published', version: 1, results })
    return answer
  })
  last = next.catch(() => {})
  return next
}

export async function listPublications(context: Pick<StudioContext, 'workspace'>): Promise<Publication[]> {
  const path = fileOf(context)
  return existsSync(path) ? (await publicationsRecordType.read(path)).results : []
}

export function savePublication(context: PublicationContext, { id, datasetId, ...fields }: PublicationFields & { id?: string | undefined; datasetId?: string | undefined }): Promise<Publication> {
  return change(context, async (results) => {
    const known = id === undefined ? null : results.find((result) => result.id === id)
    if (known === undefined) throw notFound('published result', id!, results.map((result) => result.id))
    const data = datasetId === undefined ? known?.data : await dataOf(context, datasetId)
    if (!data) throw new UserError(`It is not said which data the result ${fields.title} is of.`, { field: 'datasetId', mend: 'Choose a data set.' })
    refuseUnit(fields, data)
    const now = new Date().toISOString()
    const saved: Publication = { ...fields, id: known?.id ?? randomBytes(6).toString('hex'), data, createdAt: known?.createdAt ?? now, updatedAt: now }
    return { results: known ? results.map((result) => (result.id === saved.id ? saved : result)) : [...results, saved], answer: saved }
  })
}

export function removePublication(context: PublicationContext, id: string): Promise<Publication> {
  return change(context, (results) => {
    const removed = results.find((result) => result.id === id)
    if (!removed) throw notFound('published result', id, results.map((result) => result.id))
    return { results: results.filter((result) => result !== removed), answer: removed }
  })
}

export function restorePublication(context: PublicationContext, publication: Publication): Promise<Publication> {
  return change(context, (results) => ({ results: [...results.filter(({ id }) => id !== publication.id), publication], answer: publication }))
}

async function dataOf({ datasets }: PublicationContext, datasetId: string): Promise<Publication['data']> {
  const record = datasets.get(datasetId)
  const content = await contentOf(record, datasets.folderOf(datasetId))
  return { title: record.name, variant: record.variant, content: { ...content, channelSums: content.channelSums && [...content.channelSums] } }
}

/** Nats per example of clips that differ in length mean nothing, nor do nats per sample of an image or per frame of what has none. */
function refuseUnit({ unit, title }: PublicationFields, { title: data, content }: Publication['data']): void {
  const own = nllUnit(content.domain)
  if (unit !== 'bits/dim' && unit !== own)
    throw new UserError(`${title} is in ${unit}, but the NLL of ${data} is in ${own}.`, { field: 'unit', mend: `Give it in ${own} or in bits/dim.` })
}
