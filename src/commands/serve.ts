import { randomInt } from 'node:crypto'
import type { Server } from 'node:http'
import { createApp } from '../app.ts'
import { systemClock } from '../core/clock.ts'
import type { Config } from '../core/config.ts'
import { portHolder } from '../core/database/supervisor/index.ts'
import { qrText } from '../core/http/qr.ts'
import { type Address, addressOf } from './address.ts'
import type { Command, CommandOptions } from './command.ts'
import { FriendlyError } from './friendly.ts'
import { startLanWelcome } from './lanWelcome.ts'
import { untilStopped } from './lifetime.ts'
import { createLogger } from './logger.ts'
import { openConfigured } from './openConfigured.ts'
import { buildWebWhenOld } from './webBundle.ts'

const say = (line: string) => console.log(line)

/** entrepot serve: configuration → database → migrations → app → URL and logins; the demo loads behind it. */
export const run: Command = async (words, options, config) => {
  if (words.length > 0) throw new FriendlyError(`serve takes no words: ${words.join(' ')}`)
  const demoSize = demoSizeOf(options, config)
  const address = addressOf(config, options.lan === true, systemClock)
  if (options.dev && (!address.loopback || config.production))
    throw new FriendlyError(
      '--dev shows the sources and a relaxed content policy: on this machine only, without NODE_ENV=production',
    )
  const starting = start(options, config, address)
  // A Ctrl-C during the start waits for the start: what it opened is closed in order.
  const stopped = untilStopped(async (reason) => {
    say('\nStopping …')
    const running = await starting.catch(() => null)
    await running?.stop(reason === 'fault')
    say('Stopped')
  })
  const { app, database, setupCode } = await starting
  say(`\nEntrepot is at ${address.url}`)
  if (setupCode !== null && demoSize === null && (await app.isEmpty()))
    say(`The first company is set up in the browser with this code: ${setupCode}`)
  // Known passwords only where nobody else can come in; otherwise random ones, told this once.
  const knownPasswords = database.kind === 'embedded' && address.loopback && !config.production
  if (demoSize !== null) await app.startDemo({ size: demoSize, knownPasswords, say })
  return stopped
}

const start = async (options: CommandOptions, config: Config, address: Address) => {
  const clock = systemClock
  const building = options.dev ? Promise.resolve(false) : buildWebWhenOld()
  building.catch(() => {})
  const { database } = await openConfigured(config, { clock, log: say, url: address.url })
  const closing: ((atOnce: boolean) => Promise<unknown>)[] = [() => database.stop()]
  const setupCode = address.loopback ? null : newSetupCode()
  const stop = async (atOnce = false) => {
    for (const close of closing.splice(0).reverse()) await close(atOnce)
  }
  try {
    await building
    const app = await createApp({
      database,
      config,
      clock,
      log: createLogger(config),
      tls: address.tls,
      dev: options.dev === true,
      setupCode,
    })
    closing.push((atOnce) => (atOnce ? app.closeAtOnce() : app.close()))
    const { host, port } = address
    await app.listen({ host, port }).catch((error: Error) => {
      throw portTaken(error, port)
    })
    if (address.lan !== null) {
      const welcome = await welcomePhones(address)
      closing.push(async () => welcome.close())
    }
    return { app, database, setupCode, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Twelve letters that no one mistakes for another: 58 bits, typed once from a terminal into a browser. */
const newSetupCode = (): string => {
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ346789'
  const part = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return `${part()}-${part()}-${part()}`
}

/** A database that someone gave us gets demo data only when asked for by name. */
const demoSizeOf = (options: CommandOptions, config: Config): 'small' | 'full' | null => {
  const { demo, empty } = options
  if (demo !== undefined && empty) throw new FriendlyError('--demo and --empty exclude each other')
  if (demo !== undefined && demo !== 'small' && demo !== 'full')
    throw new FriendlyError(`--demo=small or --demo=full, not ${demo}`)
  if (demo === 'small' || demo === 'full') return demo
  return empty || config.DATABASE_URL !== null || config.production ? null : 'full'
}

const portTaken = (error: Error & { code?: string }, port: number): Error => {
  if (error.code === 'EACCES')
    return new FriendlyError(`port ${port} may not be used by this user: choose one above 1023 with PORT`)
  if (error.code !== 'EADDRINUSE') return error
  return new FriendlyError(
    `port ${port} is taken by ${portHolder(port) ?? 'another program'}: stop that, or choose another with PORT=${port + 1}`,
  )
}

const welcomePhones = async (address: Address): Promise<Server> => {
  const port = address.port + 1
  const server = await startLanWelcome(address.lan!, address.host, port, address.url).catch((error) => {
    throw portTaken(error, port)
  })
  const url = `http://${address.lan!.addresses[0]}:${port}/`
  say(
    `\n${qrText(url)}\n\nPhones: scan this, or open ${url}\nThe certificate's fingerprint: ${address.lan!.fingerprint}`,
  )
  return server
}
