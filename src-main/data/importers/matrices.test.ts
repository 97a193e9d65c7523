import { deflateSync, gzipSync } from 'node:zlib'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { idxFile, matFile, npyFile } from '../testing/files'
import { temporaryFolder } from '../testing/folder'
import { amatPart } from './amat'
import { cifarPart } from './cifar'
import { csvPart } from './csv'
import { idxParts, openIdx } from './idx'
import type { InputFile } from './inputFile'
import { diskFile } from './inputFile'
import { matParts } from './mat'
import type { MatrixPart } from './matrix'
import { npyPart, npzParts } from './numpy'

async function onDisk(name: string, content: Uint8Array | string): Promise<InputFile> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return diskFile(path, name, (await stat(path)).size)
}

async function allRows(part: MatrixPart): Promise<number[][]> {
  const width = part.shape.reduce((a, b) => a * b, 1)
  const rows: number[][] = []
  for await (const { values, count } of part.rows()) for (let i = 0; i < count; i++) rows.push([...values.slice(i * width, (i + 1) * width)])
  return rows
}

const range = (length: number) => Array.from({ length }, (_, i) => i)

describe('IDX', () => {
  it('pairs images with their labels, packed or not', async () => {
    const files = await Promise.all([
      onDisk('train-images-idx3-ubyte.gz', gzipSync(idxFile([3, 2, 2], range(12)))), onDisk('train-labels-idx1-ubyte', idxFile([3], [5, 0, 4])),
      onDisk('t10k-images.idx3-ubyte', idxFile([1, 2, 2], [9, 9, 9, 9])), onDisk('t10k-labels.idx1-ubyte.gz', gzipSync(idxFile([1], [7]))),
    ])
    const parts = await idxParts(await Promise.all(files.map(openIdx)))
    expect(parts.map(({ split, count, shape, labels }) => ({ split, count, shape, labels }))).toEqual([
      { split: 'train', count: 3, shape: [2, 2], labels: [5, 0, 4] }, { split: 'test', count: 1, shape: [2, 2], labels: [7] },
    ])
    expect(await allRows(parts[0]!)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
  })

  it('notices missing and surplus data, and a gzip that breaks off', async () => {
    const read = async (bytes: Buffer) => allRows((await idxParts([await openIdx(await onDisk('a-images', bytes))]))[0]!)
    await expect(read(idxFile([4, 2, 2], range(12)))).rejects.toThrow(/ends after 3 of 4/)
    await expect(read(idxFile([2, 2, 2], range(12)))).rejects.toThrow(/more than the 2/)
    const packed = gzipSync(idxFile([400, 28, 28], Array.from({ length: 400 * 784 }, (_, i) => (i * 7919) % 251)))
    await expect(read(packed.subarray(0, packed.length / 2))).rejects.toThrow(/of 400 examples: a truncated download/)
    await expect(read(Buffer.from('<!DOCTYPE html><p>404'))).rejects.toThrow(/web page/)
    await expect(read(idxFile([2, 0xffffff, 0xffffff], []))).rejects.toThrow(/damaged IDX/)
  })
})

describe('NumPy', () => {
  const values = range(12)
  const buffers: Record<string, Buffer> = {
    '|u1': Buffer.from(values), '|b1': Buffer.from(values.map((v) => v % 2)), '<i2': Buffer.from(Int16Array.from(values).buffer), '<i4': Buffer.from(Int32Array.from(values).buffer),
    '<i8': Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer), '<f4': Buffer.from(Float32Array.from(values).buffer), '<f8': Buffer.from(Float64Array.from(values).buffer),
    '>i2': Buffer.from(Int16Array.from(values).buffer).swap16(), '>f8': Buffer.from(Float64Array.from(values).buffer).swap64(),
    '<f2': Buffer.from(Uint16Array.from([0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800, 0x4880, 0x4900, 0x4980]).buffer),
  }
  it.each(Object.keys(buffers))('reads %s', async (descriptor) => {
    const part = await npyPart(await onDisk('x.npy', npyFile(descriptor, false, [3, 4], buffers[descriptor]!)))
    expect(await allRows(part)).toEqual([0, 1, 2].map((row) => range(4).map((i) => (descriptor === '|b1' ? (row * 4 + i) % 2 : row * 4 + i))))
  })

  it('turns Fortran order', async () => {
    // a[n, h, w] = 100 n + 10 h + w, stored with n fastest.
    const stored: number[] = []
    for (let w = 0; w < 4; w++) for (let h = 0; h < 3; h++) for (let n = 0; n < 2; n++) stored.push(100 * n + 10 * h + w)
    const part = await npyPart(await onDisk('x.npy', npyFile('|u1', true, [2, 3, 4], Buffer.from(stored))))
    expect(await allRows(part)).toEqual([0, 1].map((n) => [0, 1, 2].flatMap((h) => range(4).map((w) => 100 * n + 10 * h + w))))
  })

  it('knows image layouts', async () => {
    const layout = async (shape: number[]) => {
      const part = await npyPart(await onDisk('x.npy', npyFile('|u1', false, shape, Buffer.alloc(shape.reduce((a, b) => a * b)))))
      return [part.layout, ...part.shape]
    }
    expect(await layout([2, 5, 4, 3])).toEqual(['channels-last', 5, 4, 3])
    expect(await layout([2, 3, 5, 4])).toEqual(['channels-first', 3, 5, 4])
    expect(await layout([2, 5, 4])).toEqual(['rows', 5, 4])
    await expect(layout([2, 5, 4, 7])).rejects.toThrow(/shape 2 × 5 × 4 × 7/)
  })

  it('refuses objects, text, one dimension and truncated arrays', async () => {
    const read = async (bytes: Buffer) => allRows(await npyPart(await onDisk('x.npy', bytes)))
    await expect(read(npyFile('|O', false, [3, 4], Buffer.alloc(12)))).rejects.toThrow(/object array/)
    await expect(read(npyFile('<U3', false, [3, 4], Buffer.alloc(144)))).rejects.toThrow(/U3/)
    await expect(read(npyFile('|u1', false, [12], Buffer.alloc(12)))).rejects.toThrow(/one-dimensional/)
    await expect(read(npyFile('|u1', false, [3, 4], Buffer.alloc(9)))).rejects.toThrow(/after 2 of 3 rows/)
    await expect(read(npyFile('|u1', true, [3, 4], Buffer.alloc(9)))).rejects.toThrow(/truncated/)
    await expect(read(Buffer.from('\x93NUMPY\x01\x00\xff\xffabc', 'latin1'))).rejects.toThrow(/header/)
  })

  it('takes splits, labels and class names from the keys of .npz', async () => {
    const names = Buffer.alloc(2 * 3 * 4)
    ;['cat', 'dog'].forEach((name, i) => [...name].forEach((letter, c) => names.writeUInt32LE(letter.charCodeAt(0), (3 * i + c) * 4)))
    const file = await onDisk('set.npz', zipSync({
      'x_train.npy': npyFile('|u1', false, [3, 2, 2], Buffer.from(range(12))), 'y_train.npy': npyFile('<i8', false, [3], buffers['<i8']!.subarray(0, 24)),
      'x_test.npy': npyFile('|u1', false, [1, 2, 2], Buffer.from(range(4))), 'y_test.npy': npyFile('|u1', false, [1, 1], Buffer.from([1])),
      'classnames.npy': npyFile('<U3', false, [2], names), 'ids.npy': npyFile('<i4', false, [3], Buffer.alloc(12)),
    }))
    const { parts, ignored } = await npzParts(file)
    expect(parts.map(({ split, labels, classNames }) => ({ split, labels, classNames }))).toEqual([
      { split: 'train', labels: [0, 1, 2], classNames: ['cat', 'dog'] }, { split: 'test', labels: [1], classNames: ['cat', 'dog'] },
    ])
    expect(ignored).toEqual(['ids'])
    expect(await allRows(parts[0]!)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
  })
})

describe('MATLAB', () => {
  it.each([['plain', () => null], ['compressed', (bytes: Buffer) => deflateSync(bytes)]])('reads %s matrices in rows, short names and doubles', async (_, compress) => {
    const file = await onDisk('a.mat', matFile([
      { name: 'X', rows: 3, columns: 2, values: range(6), type: 'double' }, { name: 'labels', rows: 1, columns: 3, values: [3, 1, 2], type: 'uint8' },
    ], compress))
    const { parts } = await matParts(file)
    expect(parts.map(({ name, shape, columnMajor }) => ({ name, shape, columnMajor }))).toEqual([{ name: 'a.mat: X', shape: [2], columnMajor: false }])
    expect(Array.from(parts[0]!.labels!)).toEqual([3, 1, 2])
    expect(await allRows(parts[0]!)).toEqual([[0, 1], [2, 3], [4, 5]])
  })

  it('refuses HDF5, truncation and zip bombs', async () => {
    const whole = matFile([{ name: 'X', rows: 30, columns: 20, values: range(600), type: 'double' }], () => null)
    const read = async (bytes: Buffer) => matParts(await onDisk('a.mat', bytes))
    await expect(read(whole.subarray(0, 1000))).rejects.toThrow(/truncated/)
    await expect(read(Buffer.from('MATLAB 7.3 MAT-file'.padEnd(200)))).rejects.toThrow(/save it with -v7/)
    await expect(read(Buffer.alloc(300))).rejects.toThrow(/not a MATLAB 5 file/)
  })
})

describe('text matrices', () => {
  it('reads .amat with any blanks, signs and exponents, blank lines and no last line end', async () => {
    const part = await amatPart(await onDisk('a_valid.amat.gz', gzipSync('0 1 2 3\n\n 4.0 5e0\t-6 +7\r\n8 9 10 256')))
    expect(part.split).toBe('valid')
    expect(await allRows(part)).toEqual([[0, 1, 2, 3], [4, 5, -6, 7], [8, 9, 10, 256]])
  })

  it('counts rows of equal length without reading them', async () => {
    expect((await amatPart(await onDisk('a.amat.gz', gzipSync('0 1\n'.repeat(100000))))).count).toBe(100000)
    const uneven = await amatPart(await onDisk('a.amat', `${'10 1\n'.repeat(50000)}${'1 1\n'.repeat(50000)}`))
    expect([uneven.count, uneven.estimatedCount! > 80000]).toEqual([null, true])
  })

  it('takes the class from a last column beyond a square image', async () => {
    const part = await amatPart(await onDisk('a.amat', `${[...range(64), 3].join(' ')}\n`))
    expect(part.labelColumn).toBe(64)
  })

  it('names the line at fault', async () => {
    const read = async (text: string) => allRows(await amatPart(await onDisk('a.amat', text)))
    await expect(read('1 2\n3 4 5\n')).rejects.toThrow('line 2 has 3 values where 2 are expected')
    await expect(read('1 2\n3 x\n')).rejects.toThrow("line 2, value 2: 'x' is not a number")
    await expect(read('hello world\n')).rejects.toThrow(/not a text matrix/)
    await expect(read('')).rejects.toThrow(/empty/)
  })
})

describe('CSV', () => {
  it('reads with and without a header', async () => {
    expect(await allRows(await csvPart(await onDisk('a.csv', 'a,b\n1,2\n3,4\n')))).toEqual([[1, 2], [3, 4]])
    expect(await allRows(await csvPart(await onDisk('a.tsv', '1\t2\n3\t4')))).toEqual([[1, 2], [3, 4]])
    expect(await allRows(await csvPart(await onDisk('a.csv', '"1";"2"\r\n"3";"4"\r\n')))).toEqual([[1, 2], [3, 4]])
  })

  it('finds the class column by name, by shape and by being the one of text', async () => {
    expect((await csvPart(await onDisk('a.csv', 'label,p0\n1,2\n'))).labelColumn).toBe(0)
    expect((await csvPart(await onDisk('a.csv', `${[3, ...range(64)].join(',')}\n`))).labelColumn).toBe(0)
    expect((await csvPart(await onDisk('a.csv', 'a,kind\n1,2\n'), 'kind')).labelColumn).toBe(1)
    const text = await csvPart(await onDisk('a.csv', 'a,species,b\n1,x,2\n3,y,4\n5,x,6\n'))
    expect(await allRows(text)).toEqual([[1, 0, 2], [3, 1, 4], [5, 0, 6]])
    expect([text.labelColumn, text.classNames]).toEqual([1, ['x', 'y']])
  })

  it('names the column or row at fault', async () => {
    await expect(csvPart(await onDisk('a.csv', 'a,b,label\nx,red,1\n'))).rejects.toThrow(/column 'a' holds 'x'/)
    await expect(csvPart(await onDisk('a.csv', 'a,b\n1,2\n'), 'c')).rejects.toThrow(/no column 'c'/)
    await expect(allRows(await csvPart(await onDisk('a.csv', 'a,label\n1,x\n2\n')))).rejects.toThrow(/row 3 has 1 values/)
  })
})

describe('CIFAR', () => {
  const image = (label: number, value: number) => [label, ...new Array<number>(1024).fill(value), ...new Array<number>(2048).fill(value + 1)]
  it('reads both layouts', async () => {
    const ten = await cifarPart(await onDisk('data_batch_1.bin', Buffer.from([...image(3, 10), ...image(9, 20)])))
    expect([ten.format, ten.split, ten.count, Array.from(ten.labels!), (await allRows(ten))[1]![0]]).toEqual(['CIFAR-10', 'train', 2, [3, 9], 20])
    const hundred = await cifarPart(await onDisk('test.bin', Buffer.from([7, ...image(99, 10)])))
    expect([hundred.format, hundred.split, Array.from(hundred.labels!), (await allRows(hundred))[0]!.slice(1023, 1025)]).toEqual(['CIFAR-100', 'test', [99], [10, 11]])
  })
  it('refuses other files', async () => {
    await expect(cifarPart(await onDisk('weights.bin', Buffer.alloc(1000)))).rejects.toThrow(/1000 bytes are no whole number/)
  })
})
