/** Registers for the WebAssembly backend the kernels that training needs and the package lacks. */
export function registerTrainingKernels(): void {}
