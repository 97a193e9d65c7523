import { familyDescription } from './inspect/registry'
import { describeJsonProblem, jsonProblem } from './jsonProblem'
import type { JsonProblem } from './jsonProblem'
import type { ModelDocument } from './records/model'
import type { ModelFile } from './records/savedModel'
import { MODEL_FILE_ENDING, MODEL_FILE_VERSION, modelFileSchema } from './records/savedModel'
import { modelDocumentSchema } from './records/model'

/** What is wrong with the text of a model, with the field or the position; `message` is whole sentences with the mend. */
export class ModelTextError extends Error {
  override readonly name = 'ModelTextError'
  constructor(
    message: string,
    /** Where it stops being JSON; absent when it is JSON. */
    readonly problem?: JsonProblem,
    /** Path in the document: 'config.blocks.3.heads'. */
    readonly field?: string,
  ) {
    super(message)
  }
}

/** A model document, checked by its family: JSON, a known family, a configuration that it accepts. Throws ModelTextError. */
export function parseModelDocument(text: string, what = 'The model'): ModelDocument {
  return checkedDocument(parseJson(text, what), what)
}

/**
 * The content of a `.chainrule-model.json` file. A bare model document, as the JSON view shows it, is taken too, and then called after the file.
 * Throws ModelTextError, which names the file.
 */
export function parseModelFile(text: string, fileName: string): ModelFile {
  const json = parseJson(text, fileName)
  if (isObject(json) && !('type' in json) && 'family' in json) {
    const name = fileName.replace(/^.*[\\/]/, '').replace(/(\.chainrule-model)?\.json$/i, '').slice(0, 80)
    return modelFileSchema.parse({ type: 'chainrule-model', version: MODEL_FILE_VERSION, name: name.trim() || 'Model', model: checkedDocument(json, fileName) })
  }
  if (!isObject(json) || json['type'] !== 'chainrule-model')
    throw new ModelTextError(`${fileName} is JSON, but not a model of Chainrule: it has neither the type 'chainrule-model' nor a family. Choose a file that ends in ${MODEL_FILE_ENDING}.`)
  const { version } = json
  if (version !== MODEL_FILE_VERSION) {
    if (typeof version === 'number' && version > MODEL_FILE_VERSION)
      throw new ModelTextError(`${fileName} was made by a newer version of Chainrule (model file version ${version}; this one reads up to ${MODEL_FILE_VERSION}). Update Chainrule to open it.`, undefined, 'version')
    throw new ModelTextError(`${fileName}: version: ${JSON.stringify(version) ?? 'nothing'} is no version of a model file. Export the model again.`, undefined, 'version')
  }
  const parsed = modelFileSchema.safeParse(json)
  if (!parsed.success) throw issueError(parsed.error.issues[0], fileName)
  return { ...parsed.data, model: checkedDocument(parsed.data.model, fileName, 'model.') }
}

/** The text of a model file. */
export function modelFileText(file: Omit<ModelFile, 'type' | 'version'>): string {
  return `${JSON.stringify({ type: 'chainrule-model', version: MODEL_FILE_VERSION, ...file } satisfies ModelFile, null, 2)}\n`
}

function parseJson(text: string, what: string): unknown {
  const problem = jsonProblem(text)
  if (problem) throw new ModelTextError(`${what} is not valid JSON: ${describeJsonProblem(problem)}.`, problem)
  return JSON.parse(text) as unknown
}

function checkedDocument(json: unknown, what: string, prefix = ''): ModelDocument {
  const document = modelDocumentSchema.strict().safeParse(json)
  if (!document.success) throw issueError(document.error.issues[0], what, prefix)
  const { family, config } = document.data
  let description
  try {
    description = familyDescription(family)
  } catch (error) {
    throw new ModelTextError(`${what}: ${prefix}family: ${error instanceof Error ? error.message : String(error)}`, undefined, `${prefix}family`)
  }
  const parsed = description.schema.safeParse(config)
  if (!parsed.success) throw issueError(parsed.error.issues[0], what, `${prefix}config.`)
  return { family, config: parsed.data as Record<string, unknown> }
}

function issueError(issue: { path: PropertyKey[]; message: string } | undefined, what: string, prefix = ''): ModelTextError {
  const field = `${prefix}${issue?.path.join('.') ?? ''}`.replace(/\.$/, '')
  return new ModelTextError(`${what}: ${field || 'the document'}: ${issue?.message ?? 'it is not a model'}.`.replace(/\.\.$/, '.'), undefined, field)
}

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json)
