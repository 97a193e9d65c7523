import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { StorageError, storageError, writeJsonAtomically } from '../atomicWrite'

type Plain = Record<string, unknown>

export interface RecordDefinition<T> {
  /** The record's `type` field, also its name in messages. */
  type: string
  /** Version that this build writes. */
  version: number
  schema: z.ZodType<T>
  /** migrations[n] turns a record of version n into one of version n + 1; `version` itself is set by the mechanism. */
  migrations: Readonly<Record<number, (record: Plain) => Plain>>
}

export interface RecordType<T> {
  readonly type: string
  readonly version: number
  /** Migrates and validates; `path` is named in the error. */
  parse(value: unknown, path: string): T
  /** Reads one record; an older version is migrated in memory and written in the new form at its next change. */
  read(path: string): Promise<T>
  /** Atomic; refuses an invalid record, so that a file on disk is always one that can be read again. */
  write(path: string, record: T): Promise<void>
}

/**
 * A kind of record on disk. A file of a newer version than this build knows is refused with a clear message and left as it
 * is: guessing at its meaning could lose what the newer version stored.
 */
export function defineRecord<T>(definition: RecordDefinition<T>): RecordType<T> {
  const { type, version, schema, migrations } = definition
  for (let from = 1; from < version; from++) {
    if (!migrations[from]) throw new Error(`The ${type} record lacks the migration from version ${from} to ${from + 1}.`)
  }

  function parse(value: unknown, path: string): T {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new StorageError(`${path} is not a ${type} record.`, path)
    let record = value as Plain
    if (record['type'] !== type) throw new StorageError(`${path} is not a ${type} record: its type is '${String(record['type'])}'.`, path)
    const found = record['version']
    if (!Number.isInteger(found) || (found as number) < 1) throw new StorageError(`${path} has no valid version number.`, path)
    if ((found as number) > version) {
      throw new StorageError(
        `${path} was made by a newer version of Chainrule (${type} record version ${String(found)}; this one reads up to ${version}). ` +
          'Update Chainrule to open it; the file was left as it is.',
        path,
      )
    }
    for (let from = found as number; from < version; from++) {
      const migrate = migrations[from]
      if (migrate) record = { ...migrate(record), type, version: from + 1 }
    }
    const parsed = schema.safeParse(record)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw new StorageError(
      `${path} is damaged: ${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'invalid'}. ` +
        'Restore the file from a backup or delete its folder.',
      path,
    )
  }

  return {
    type,
    version,
    parse,
    async read(path) {
      let text: string
      try {
        text = await readFile(path, 'utf8')
      } catch (error) {
        throw storageError('read', path, error)
      }
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        throw new StorageError(`${path} is damaged: it is not valid JSON. Restore the file from a backup or delete its folder.`, path)
      }
      return parse(value, path)
    },
    async write(path, record) {
      await writeJsonAtomically(path, schema.parse(record))
    },
  }
}
