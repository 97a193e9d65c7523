export type InstallStep = 'plan' | 'disk' | 'pip' | 'download' | 'verify' | 'unpack' | 'compiler' | 'compile' | 'load' | 'official';

/** A step of the installation that failed: what happened and what to do about it, both in the user's words. */
export class EngineInstallError extends Error {
  override name = 'EngineInstallError';

  constructor(
    readonly step: InstallStep,
    message: string,
    readonly mend: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
