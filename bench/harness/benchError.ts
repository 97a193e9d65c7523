/** Something that whoever runs the benchmark can put right: what happened, and what to do about it. */
export class BenchError extends Error {
  override readonly name = 'BenchError'

  constructor(
    message: string,
    readonly mend: string,
  ) {
    super(message)
  }
}
