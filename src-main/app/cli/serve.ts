import type { Command } from 'commander'
import { closeOnSignal, serveStudio } from '../serveStudio'
import { command, number, report } from './command'
import { createOutput } from './output'

export function serveCommand(): Command {
  return command('serve', 'the studio for a browser; prints its address with the token')
    .option('--port <p>', 'port; 0 takes any free one', number('--port', { integer: true, minimum: 0 }), 0)
    .option('--host <h>', 'address to listen on; other machines reach it only if it is not a loopback address', '127.0.0.1')
    .option('--open', 'open the address in the browser')
    .option('--new-token', 'refuse the addresses that were printed before')
    .action(async (flags: { json?: boolean; home?: string; port: number; host: string; open?: boolean; newToken?: boolean }) => {
      try {
        const studio = await serveStudio({
          home: flags.home,
          host: flags.host,
          port: flags.port,
          open: flags.open ?? false,
          newToken: flags.newToken ?? false,
          json: flags.json ?? false,
        })
        if (studio.owned) await closeOnSignal(studio)
        else await studio.close()
      } catch (error) {
        report(error, createOutput(false))
      }
      process.stdout.write('', () => process.exit())
    })
}
