/** Where the app answers, and whether it may: beyond this machine only over TLS or behind a proxy that speaks it. */
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { type Config, isLoopback } from '../core/config.ts'
import { type LanCertificate, lanAddresses, lanCertificate } from '../core/http/lanCertificate.ts'
import { FriendlyError } from './friendly.ts'

export type Address = {
  host: string
  port: number
  /** What a person opens. */
  url: string
  tls: { cert: string; key: string } | null
  lan: LanCertificate | null
  /** Nobody but this machine can connect, and no proxy brings others. */
  loopback: boolean
}

export const addressOf = (config: Config, lan: boolean, clock: Clock): Address => {
  const host = config.HOST ?? (lan ? '0.0.0.0' : 'localhost')
  if (lan && isLoopback(host)) throw new FriendlyError(`--lan and HOST=${host} exclude each other: leave HOST out`)
  const certificate = lan && config.HTTPS_CERT === null ? certificateForLan(config, clock) : null
  const own =
    config.HTTPS_CERT === null || config.HTTPS_KEY === null ? null : { cert: config.HTTPS_CERT, key: config.HTTPS_KEY }
  const tls = own ?? certificate
  if (!isLoopback(host) && tls === null && config.TRUST_PROXY === null)
    throw new FriendlyError(
      `HOST=${host} opens the app to others, and without TLS passwords could be read on the way and phones refuse camera and offline work. Choose one:\n` +
        '  HTTPS_CERT and HTTPS_KEY   your certificate and its key\n' +
        '  npm start -- --lan         a certificate made here, for phones in the local network\n' +
        '  TRUST_PROXY                the address of a proxy in front that speaks TLS',
    )
  const name = isLoopback(host)
    ? 'localhost'
    : (certificate?.addresses[0] ?? (['0.0.0.0', '::'].includes(host) ? (lanAddresses()[0] ?? 'localhost') : host))
  return {
    host,
    port: config.PORT,
    url: `${tls === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${config.PORT}`,
    tls: tls === null ? null : { cert: tls.cert, key: tls.key },
    lan: certificate,
    loopback: isLoopback(host) && config.TRUST_PROXY === null,
  }
}

const certificateForLan = (config: Config, clock: Clock) => {
  if (lanAddresses().length === 0)
    throw new FriendlyError('--lan: this machine has no address in a private network (10.…, 172.16.…, 192.168.…)')
  return lanCertificate(join(config.DATA_DIR, 'lan'), clock)
}
