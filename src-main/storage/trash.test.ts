import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { finishRemovals, listTrash, moveToTrash, removeFromTrash, takeFromTrash, trashEntry } from './trash'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-trash-'))
  await mkdir(join(folder, 'net'))
  await writeFile(join(folder, 'net', 'run.json'), 'content')
})

test('what was deleted comes back as it was', async () => {
  const { id } = await moveToTrash(folder, 'net')
  expect(await readdir(folder)).toEqual(['.trash'])
  await takeFromTrash(folder, await trashEntry(folder, id))
  expect(await readFile(join(folder, 'net', 'run.json'), 'utf8')).toBe('content')
  expect(await listTrash(folder)).toEqual([])
})

test('nothing that is there again is overwritten', async () => {
  const entry = await moveToTrash(folder, 'net')
  await mkdir(join(folder, 'net'))
  await expect(takeFromTrash(folder, entry)).rejects.toThrow(/exists again/)
  expect(await listTrash(folder)).toHaveLength(1)
})

test('an id is only ever that of an entry', async () => {
  await moveToTrash(folder, 'net')
  for (const id of ['..', '../..', '', 'net', '../net@1700000000000-00000000']) await expect(trashEntry(folder, id)).rejects.toThrow(/not in the trash/)
})

test('a removal that was cut off is finished, and what can be taken back stays', async () => {
  const first = await moveToTrash(folder, 'net')
  await mkdir(join(folder, 'other'))
  await moveToTrash(folder, 'other')
  await mkdir(join(folder, '.trash', '.deleted-12345678'))
  await finishRemovals(folder)
  await removeFromTrash(first)
  expect((await listTrash(folder)).map(({ name }) => name)).toEqual(['other'])
  expect(await readdir(join(folder, '.trash'))).toHaveLength(1)
})
