import { z } from 'zod'
import type { Domain } from './domain'

/** Levels in as few bytes as hold them: one of at most 256 levels, else two, as those of 16-bit audio. */
export type LevelArray = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>
export const levelArraySchema = z.custom<LevelArray>((value) => value instanceof Uint8Array || value instanceof Uint16Array, 'levels are a Uint8Array or a Uint16Array')

/** How many levels 16-bit audio has: level = sample + 32,768. */
export const PCM_LEVELS = 65_536
const PCM_ZERO = 32_768

interface LevelArrayType {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): LevelArray
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): LevelArray
  from(values: ArrayLike<number>): LevelArray
}

/** The kind of array that holds levels 0…K−1. */
export const levelArray = (levels: number): LevelArrayType => (levels > 256 ? Uint16Array : Uint8Array) as LevelArrayType

/** A copy of levels 0…K−1. */
export const levelsFrom = (values: ArrayLike<number>, { levels }: Pick<Domain, 'levels'>): LevelArray => levelArray(levels).from(values)

/** Whether levels are 16-bit samples themselves, not companded. */
export const isPcm = ({ encoding, levels }: Pick<Domain, 'encoding' | 'levels'>): boolean => encoding === 'linear' && levels === PCM_LEVELS

/** 16-bit sample −32,768…32,767 of a level, and the other way. */
export const pcmOfLevel = (level: number): number => level - PCM_ZERO
export const levelOfPcm = (pcm: number): number => pcm + PCM_ZERO

/** The level of silence. */
export const silenceLevel = (domain: Pick<Domain, 'encoding' | 'levels'>): number => (isPcm(domain) ? PCM_ZERO : Math.floor(domain.levels / 2))
