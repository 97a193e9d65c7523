import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../data/userError'
import { messageOf } from '../services/errors'
import { StorageError } from '../storage/atomicWrite'
import { ServerStartError } from '../transports/server'
import { closeOnSignal, serveStudio } from './serveStudio'
import type { ServeOptions } from './serveStudio'

function parsePort(text: string): number {
  const port = Number(text)
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.')
  return port
}

const command = new Command('serve')
  .description('The studio for a browser; prints its address with the token.')
  .option('--port <port>', 'port to listen on; 0 = any free one', parsePort, 0)
  .option('--host <host>', 'address to listen on; other machines reach it only if it is not a loopback address', '127.0.0.1')
  .option('--home <dir>', 'workspace folder (default: CHAINRULE_HOME, or the platform’s data folder)')
  .option('--open', 'open the address in the browser', false)
  .option('--new-token', 'refuse the addresses that were printed before', false)
  .option('--json', 'print one JSON line', false)

try {
  const studio = await serveStudio(command.parse().opts<ServeOptions>())
  if (studio.owned) await closeOnSignal(studio)
  else await studio.close()
  process.exit(0)
} catch (error) {
  console.error(messageOf(error))
  // As on the command line: 1 = what was asked for is at fault, 2 = we are.
  const asked = error instanceof UserError || error instanceof ServerStartError || error instanceof StorageError
  process.exit(asked ? 1 : 2)
}
