import type { CheckpointSelector } from '../../contract/contract'
import type { Domain } from '../../contract/domain'
import type { SampleSet } from '../../contract/records/samples'
import { amplitudes } from '../../services/exports/waveform'
import type { Session } from './command'
import { drawn } from './drawn'
import type { DrawFlags } from './drawn'
import { GrowingWav } from './growingWav'

/** Draws sound into a file for each sample that can be played while the rest is drawn. After a cancel the files hold what there was. */
export async function recordedWhileDrawn(
  session: Session,
  flags: DrawFlags,
  checkpoint: CheckpointSelector,
  { domain, places }: { domain: Domain; places: readonly string[] },
): Promise<SampleSet | null> {
  const files = new Map<number, GrowingWav>()
  try {
    return await drawn(session, flags, checkpoint, async ({ sample, levels }) => {
      const file = files.get(sample) ?? (await GrowingWav.create(places[sample]!, domain.sampleRate ?? 8000))
      files.set(sample, file)
      await file.append(amplitudes(levels, domain))
    })
  } finally {
    await Promise.all([...files.values()].map((file) => file.close()))
  }
}
