import { RPCHandler } from '@orpc/server/message-port'
import { customSerializers } from '../contract/serializers'
import { processPort } from './processPort'
import { engineRouter } from './router'

/** Entry of the engine process: serves engineProtocol over the channel to its parent and ends with it. */
if (!process.send) throw new Error('The engine worker is started by the studio, not by hand.')

// A lost parent takes the engine with it: nobody could use or end it any more.
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
process.on('SIGINT', () => {})

new RPCHandler(engineRouter, { customJsonSerializers: customSerializers }).upgrade(processPort(process), { context: {} })
