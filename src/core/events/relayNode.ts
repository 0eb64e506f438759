/** A node that does nothing but relay, to be killed by relay.test.ts. */
import { systemClock } from '../clock.ts'
import { type ConnectionOptions, createPool } from '../database/pool.ts'
import { startRelay } from './relay.ts'
import { quiet } from './testKit.ts'

const options = JSON.parse(process.env.RELAY_DATABASE ?? '{}') as ConnectionOptions
const pool = createPool(options, 'entrepot_owner', 2, 'relay node')
startRelay({ pool, modules: [], clock: systemClock, log: quiet, pollMs: 20, relayed: () => process.exit(0) })
