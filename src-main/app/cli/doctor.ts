import type { Command } from 'commander'
import { runDoctor } from '../../engine/install/doctor'
import { defaultHome } from '../../storage/workspace'
import { command, report } from './command'
import { createOutput } from './output'

/** Works without a workspace: it is what one asks when nothing else works. */
export function doctorCommand(): Command {
  return command('doctor', 'what the studio computes with and why, and the mend for what is missing').action(
    async (flags: { json?: boolean; home?: string }) => {
      const output = createOutput(flags.json ?? false)
      try {
        const { engine, checks } = await runDoctor({ home: flags.home ?? defaultHome() })
        const lines = checks.map(
          ({ name, ok, detail, mend }) => `${ok ? '✓' : '✗'} ${name}: ${detail}${ok || mend === '' ? '' : `\n  ${mend}`}`,
        )
        const tensorflow = engine.tensorflow ? `, TensorFlow ${engine.tensorflow}` : ''
        const name = `${engine.name}${tensorflow}, ${engine.gpu ?? engine.device.toUpperCase()}`
        output.answer({ engine, checks }, [`Engine: ${name}. ${engine.reason}`, ...lines].join('\n'))
      } catch (error) {
        report(error, output)
      }
      process.stdout.write('', () => process.exit())
    },
  )
}
