import type { RunArchive } from '../../contract/records/archive'
import type { RunRecord } from '../../contract/records/run'

/** What somebody who opens the archive by hand finds. */
export function archiveReadme(run: RunRecord, { exportedAt, dataset, checkpoints, files }: RunArchive): string {
  return `# ${run.name}

A training run of Chainrule, exported on ${exportedAt.slice(0, 10)}. Import it with the button on the Train page, by dropping this file there, or with

    chainrule import-run FILE.zip

- \`archive.json\`: the format, the run, the data set's fingerprint (SHA-256 of its splits), and every file with length and SHA-256.
- \`run/run.json\`: the record: model, settings, budget, results. Trained on ${run.dataset.name} (${run.dataset.variant})${dataset ? '' : ', which was deleted before this export'}; no data are in this archive.
- \`run/metrics.jsonl\`, \`run/histograms.jsonl\`: the curves, one JSON object a line.
- \`run/scores/\`: the NLL of each example of the scores; \`run/gallery/\`: samples of fixed seeds over training.
- \`run/checkpoints/\`: ${checkpoints.length === 0 ? 'none were chosen' : `steps ${checkpoints.join(', ')}`}; safetensors and JSON.

${files.length} files, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes.
`
}
