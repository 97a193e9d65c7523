import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { DatasetRecord, ImportSettings } from '../../contract/records/dataset'
import { datasetRecordSchema } from '../../contract/records/dataset'
import { importData } from '../importData'
import { openSplit } from '../openStore'
import { temporaryFolder } from './folder'

export const png = (width: number, height: number, value: number | [number, number, number]) =>
  sharp({ create: { width, height, channels: 3, background: typeof value === 'number' ? { r: value, g: value, b: value } : { r: value[0], g: value[1], b: value[2] } } }).png().toBuffer()
export const greyPng = (width: number, height: number, pixels: number[]) => sharp(Buffer.from(pixels), { raw: { width, height, channels: 1 } }).toColourspace('b-w').png().toBuffer()
export const range = (length: number) => Array.from({ length }, (_, i) => i)

export interface Imported {
  record: DatasetRecord
  folder: string
  home: string
}

export async function run(paths: string | string[], options: ImportSettings = {}, more: { signal?: AbortSignal; onProgress?: () => void } = {}): Promise<Imported> {
  const home = await temporaryFolder()
  const folder = join(home, 'set')
  try {
    const record = await importData({ paths: [paths].flat(), name: 'Set', options, datasetFolder: folder, datasetId: 'set', ...more })
    expect(datasetRecordSchema.parse(JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')))).toEqual(record)
    expect(await readdir(home)).toEqual(['set'])
    return { record, folder, home }
  } catch (error) {
    // Whatever went wrong, nothing stays behind.
    expect(await readdir(home)).toEqual([])
    throw error
  }
}

export async function levels(folder: string, split: 'train' | 'valid' | 'test'): Promise<number[][]> {
  const reader = await openSplit(folder, split)
  const rows: number[][] = []
  for (let i = 0; i < reader.count; i++) rows.push([...(reader.lengthOf(i) > 0 ? await reader.readWindow(i, 0, reader.lengthOf(i)) : [])])
  await reader.close()
  return rows
}
