/** A horizontal axis: from what was measured to where it is drawn, and back. Both never fall. */
export interface Scale {
  readonly kind: 'linear' | 'log'
  project(value: number): number
  unproject(place: number): number
}

export const linear: Scale = { kind: 'linear', project: (value) => value, unproject: (place) => place }

/** Decades. What is not above zero has no place on it. */
export const decades: Scale = { kind: 'log', project: (value) => Math.log10(value), unproject: (place) => 10 ** place }
