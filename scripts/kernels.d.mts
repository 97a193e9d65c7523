/** Answers whether anything had to be compiled. */
export function compileKernels(options?: { onStart?(): void }): Promise<boolean>
export function setup(): Promise<void>
