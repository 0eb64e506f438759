import { systemClock } from '../../core/clock.ts'
import type { Command } from '../command.ts'
import { openConfigured } from '../openConfigured.ts'

/** entrepot migrate: so that a release can migrate before its nodes are exchanged one by one. */
export const run: Command = async (_words, _options, config) => {
  const { database, migrated } = await openConfigured(config, { clock: systemClock, log: console.log, share: true })
  await database.stop()
  console.log(migrated.length === 0 ? 'the database is up to date' : `${migrated.length} migrations applied`)
  return 0
}
