/** What a file is, by its first bytes where these decide, else by its name. */
export type FileType =
  | 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'tiff'
  | 'wav' | 'mp3'
  | 'idx' | 'npy' | 'npz' | 'mat' | 'amat' | 'cifar' | 'csv'
  | 'zip' | 'tar'
  | 'gzip'

export const imageTypes: ReadonlySet<FileType> = new Set<FileType>(['png', 'jpeg', 'webp', 'gif', 'bmp', 'tiff'])
export const soundTypes: ReadonlySet<FileType> = new Set<FileType>(['wav', 'mp3'])
export const matrixTypes: ReadonlySet<FileType> = new Set<FileType>(['idx', 'npy', 'npz', 'mat', 'amat', 'cifar', 'csv'])

const byExtension: Readonly<Record<string, FileType>> = {
  png: 'png', apng: 'png', jpg: 'jpeg', jpeg: 'jpeg', jpe: 'jpeg', webp: 'webp', gif: 'gif', bmp: 'bmp', dib: 'bmp', tif: 'tiff', tiff: 'tiff',
  wav: 'wav', wave: 'wav', mp3: 'mp3', mp2: 'mp3',
  npy: 'npy', npz: 'npz', mat: 'mat', amat: 'amat', csv: 'csv', tsv: 'csv', bin: 'cifar',
  zip: 'zip', tar: 'tar', tgz: 'tar',
}

/** Files that people keep beside their data; left out without a word. */
const unmentioned = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i

export function isHidden(name: string): boolean {
  return unmentioned.test(name)
}

/** By name alone; null when the name says nothing. 'x.amat.gz' is 'amat', 'x.tar.gz' is 'tar'. */
export function typeByName(name: string): FileType | null {
  const lower = name.toLowerCase().replace(/^.*\//, '')
  const plain = lower.replace(/\.gz$/, '')
  if (/(^|[^a-z])idx\d([^a-z]|$)|-ubyte$/.test(plain)) return 'idx'
  const type = byExtension[/\.([a-z0-9]+)$/.exec(plain)?.[1] ?? '']
  if (type) return type
  return lower.endsWith('.gz') ? 'gzip' : null
}

/** By the first bytes (16 suffice, 263 for tar); null when they are none of ours. */
export function typeByContent(bytes: Uint8Array): FileType | null {
  const starts = (signature: string, at = 0) => bytes.length >= at + signature.length && [...signature].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))
  if (starts('\x89PNG')) return 'png'
  if (starts('\xff\xd8\xff')) return 'jpeg'
  if (starts('GIF8')) return 'gif'
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp'
  if (starts('WAVE', 8) && ['RIFF', 'RIFX', 'RF64', 'BW64'].some((container) => starts(container))) return 'wav'
  if (starts('II*\0') || starts('MM\0*')) return 'tiff'
  if (starts('BM') && bytes.length > 14) return 'bmp'
  if (starts('\x93NUMPY')) return 'npy'
  if (starts('PK\x03\x04')) return 'zip'
  if (starts('\x1f\x8b')) return 'gzip'
  if (starts('MATLAB 5')) return 'mat'
  if (starts('ID3')) return 'mp3'
  if (starts('ustar', 257)) return 'tar'
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && [8, 9, 11, 12, 13, 14].includes(bytes[2]!) && bytes[3]! >= 1 && bytes[3]! <= 4) return 'idx'
  return null
}

/** Whether a file calls itself plain text, or the source of a program. */
export const isTextName = (name: string): boolean => /\.(txt|text|md|tex|[cm]?[jt]sx?|py|r|jl|cc?|cpp|hh?|hpp|cs|rs|go|java|kt|swift|rb|php|lua|hs|ml|sql|sh|css)$/i.test(name)

const UNKNOWN = 'not a kind of file that can be imported'

/** What an unusable file seems to be, to help its owner. */
export function describeForeign(name: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (bytes.length === 0) return 'the file is empty'
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(text)) return 'it is a web page, not data: the download went wrong'
  if (/^\s*version https:\/\/git-lfs/.test(text)) return 'it is a Git LFS pointer, not the file itself: fetch it with git lfs pull'
  if (text.startsWith('FORM') && text.includes('AIF')) return 'AIFF audio is not read; convert it to WAV'
  if (text.startsWith('OggS') || text.startsWith('fLaC')) return 'FLAC and Ogg audio is not read; convert it to WAV'
  if (text.startsWith('8BPS')) return 'Photoshop files are not read; save it as PNG'
  if (/^P[1-6]\s/.test(text)) return 'PNM images are not read; convert it to PNG'
  if (text.startsWith('\0\0\x01\0')) return 'icons are not read; convert it to PNG'
  if (text.includes('jP  ') || text.startsWith('\xff\x4f\xff\x51')) return 'JPEG 2000 is not read; convert it to PNG'
  if (text.startsWith('\x89HDF')) return 'HDF5 is not read; save it as .npz (for MATLAB: save -v7)'
  if (/\.(jp2|j2k|ico|tga|psd|ppm|pgm|pbm|pnm|svg|avif|heic|heif|exr|jxl)$/i.test(name)) return 'this image format is not read; convert it to PNG'
  if (/\.(aif|aiff|flac|ogg|opus|m4a|aac)$/i.test(name)) return 'this audio format is not read; convert it to WAV'
  if (/\.(7z|rar|xz|bz2|zst)$/i.test(name)) return 'this kind of archive is not read; unpack it, or make a zip or tar.gz'
  return UNKNOWN
}

/** 'not an image', with what it is instead where that shows. */
export function notThis(what: string, name: string, bytes: Uint8Array): string {
  const foreign = describeForeign(name, bytes)
  return foreign === UNKNOWN ? `not ${what}` : `not ${what} (${foreign})`
}
