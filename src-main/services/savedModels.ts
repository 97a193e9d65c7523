import type { Domain } from '../contract/domain'
import { parseModelDocument, parseModelFile, modelFileText, ModelTextError } from '../contract/modelFile'
import type { ModelDocument } from '../contract/records/model'
import type { SavedModel } from '../contract/records/savedModel'
import { MODEL_FILE_ENDING } from '../contract/records/savedModel'
import { UserError } from '../data/userError'
import { slug } from '../storage/workspace'
import type { StudioContext } from './context'
import { changes } from './eventHub'
import { modelTrashId } from './trash'

type Context = Pick<StudioContext, 'models' | 'datasets'>

export function saveModel(
  context: Context,
  input: { name: string; model: ModelDocument; notes: string; datasetId?: string | undefined },
): Promise<SavedModel> {
  return added(context, { name: input.name, notes: input.notes, model: checked(input.model), domain: domainOf(context, input.datasetId), parent: null })
}

export async function updateModel(
  context: Context,
  input: {
    id: string
    name?: string | undefined
    model?: ModelDocument | undefined
    notes?: string | undefined
    datasetId?: string | undefined
    revision?: number | undefined
  },
): Promise<SavedModel> {
  const before = context.models.get(input.id)
  if (input.revision !== undefined && input.revision !== before.revision) {
    throw new UserError(`${before.name} was changed elsewhere in the meantime, at ${new Date(before.updatedAt).toLocaleTimeString('en-GB')}.`, {
      field: 'revision',
      mend: 'Open it again, or save yours as a copy.',
    })
  }
  return context.models.save({
    ...before,
    name: input.name ?? before.name,
    notes: input.notes ?? before.notes,
    model: input.model ? checked(input.model) : before.model,
    domain: input.datasetId === undefined ? before.domain : domainOf(context, input.datasetId),
    revision: before.revision + 1,
    updatedAt: new Date().toISOString(),
  })
}

export function duplicateModel(context: Context, input: { id: string; name?: string | undefined }): Promise<SavedModel> {
  const { id, name, notes, model, domain } = context.models.get(input.id)
  return added(context, { name: input.name ?? copyName(context, name), notes, model, domain, parent: { id, name } })
}

export async function removeModel({ models }: Context, id: string): Promise<{ ok: true; trashId: string }> {
  return { ok: true, trashId: modelTrashId(await models.remove(id)) }
}

export function exportSavedModel({ models }: Context, id: string): File {
  const { name, notes, model, domain, parent } = models.get(id)
  const text = modelFileText({ name, notes, domain, parent: parent?.name ?? null, model })
  return new File([text], `${slug(name)}${MODEL_FILE_ENDING}`, { type: 'application/json' })
}

export function importSavedModel(context: Context, input: { fileName: string; text: string }): Promise<SavedModel> {
  const { name, notes, model, domain, parent } = inUserWords(() => parseModelFile(input.text, input.fileName))
  return added(context, { name, notes, model, domain, parent: parent === null ? null : { id: '', name: parent } })
}

export async function* watchModels({ models, hub }: StudioContext, signal: AbortSignal | undefined): AsyncGenerator<SavedModel[], void> {
  for await (const _ of changes({ hub, topics: ['models'], signal })) yield models.list()
}

function added(context: Context, content: Pick<SavedModel, 'name' | 'notes' | 'model' | 'domain' | 'parent'>): Promise<SavedModel> {
  const now = new Date().toISOString()
  return context.models.save({ type: 'model', version: 1, id: context.models.newId(content.name), createdAt: now, updatedAt: now, revision: 1, ...content })
}

/** A document that its family accepts, whatever the data. */
const checked = (model: ModelDocument): ModelDocument => inUserWords(() => parseModelDocument(JSON.stringify(model)))

const domainOf = ({ datasets }: Context, datasetId: string | undefined): Domain | null => (datasetId === undefined ? null : datasets.get(datasetId).domain)

/** 'Net copy', 'Net copy 2' … whichever is free. */
function copyName({ models }: Context, name: string): string {
  const taken = new Set(models.list().map((model) => model.name))
  const base = name.replace(/ copy( \d+)?$/, '').slice(0, 70)
  for (let count = 1; ; count++) {
    const candidate = `${base} copy${count > 1 ? ` ${count}` : ''}`
    if (!taken.has(candidate)) return candidate
  }
}

function inUserWords<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ModelTextError) throw new UserError(error.message, { field: error.field ?? 'text' })
    throw error
  }
}
