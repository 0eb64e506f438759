import { createApp } from '../app.ts'
import { systemClock } from '../core/clock.ts'
import type { Command } from './command.ts'
import { FriendlyError } from './friendly.ts'
import { untilStopped } from './lifetime.ts'
import { createLogger } from './logger.ts'
import { openConfigured } from './openConfigured.ts'

/** entrepot work: relay, jobs and planning runs, no port. For a second machine; one machine does all of it in `serve`. */
export const run: Command = async (words, _options, config) => {
  if (words.length > 0) throw new FriendlyError(`work takes no words: ${words.join(' ')}`)
  const { database } = await openConfigured(config, { clock: systemClock, log: console.log, share: true })
  try {
    const app = await createApp({
      database,
      config,
      clock: systemClock,
      log: createLogger(config),
      tls: null,
      dev: false,
    })
    console.log('Entrepot works; Ctrl-C stops it')
    return await untilStopped((reason) => (reason === 'fault' ? app.closeAtOnce() : app.close()))
  } finally {
    await database.stop()
  }
}
