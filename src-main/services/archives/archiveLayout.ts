/** What a run archive holds: `archive.json`, `README.md`, and below `run/` the run's own files. */
export const MANIFEST = 'archive.json'
export const RUN_FOLDER = 'run/'

/** Files of a run that travel, relative to its folder. Nothing else is taken out of an archive, whatever its name. */
const TRAVELS = [
  /^run\.json$/,
  /^metrics\.jsonl$/,
  /^histograms\.jsonl$/,
  /^scores\/[\w-][\w.-]{0,200}\.safetensors$/,
  /^gallery\/\d{1,12}\.safetensors$/,
  /^checkpoints\/\d{1,12}\/(checkpoint\.json|(weights|ema|optimizer)\.safetensors)$/,
]

export const travels = (path: string): boolean => TRAVELS.some((pattern) => pattern.test(path))
