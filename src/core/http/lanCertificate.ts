/**
 * `--lan`: an authority of this data folder and a server certificate for the addresses of this machine. Phones open
 * camera and offline storage on https pages only. The authority may speak for private addresses and .local names alone
 * (name constraints), so a phone that trusts it trusts it for nothing else.
 * node:crypto signs but cannot write X.509 (RFC 5280), so the certificate is written here.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { der } from './der.ts'

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
/** Phones refuse server certificates that live longer than 398 days (825 below an authority of one's own). */
const SERVER_DAYS = 397
const RENEW_DAYS_BEFORE = 30

const ECDSA_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'))
const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  basic: '2.5.29.19',
  usage: '2.5.29.15',
  extended: '2.5.29.37',
  alternative: '2.5.29.17',
  subjectKey: '2.5.29.14',
  authorityKey: '2.5.29.35',
  constraints: '2.5.29.30',
  serverAuth: '1.3.6.1.5.5.7.3.1',
}

export type LanCertificate = { cert: string; key: string; authority: string; fingerprint: string; addresses: string[] }

/** Addresses in the local network, IPv4 first: what people type. */
export const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === 'IPv4' && !one.internal && isPrivateAddress(one.address))
    .map((one) => one.address)

const isPrivateAddress = (ip: string) =>
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(ip)

const localName = () =>
  `${hostname()
    .split('.')[0]!
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')}.local`

/** Reads the folder's authority and certificate, making what is missing, due or for other addresses. */
export const lanCertificate = (folder: string, clock: Clock, addresses = lanAddresses()): LanCertificate => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const names = ['localhost', localName(), '127.0.0.1', ...addresses]
  const authority = readPair(folder, 'authority', clock, null) ?? makeAuthority(folder, clock)
  const server = readPair(folder, 'server', clock, names) ?? makeServer(folder, clock, authority, names)
  const fingerprint = new X509Certificate(authority.cert).fingerprint256
  return { cert: server.cert + authority.cert, key: server.key, authority: authority.cert, fingerprint, addresses }
}

type Pair = { cert: string; key: string }

const readPair = (folder: string, name: string, clock: Clock, names: string[] | null): Pair | null => {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  if (!existsSync(files.cert) || !existsSync(files.key)) return null
  const pair = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
  try {
    const found = new X509Certificate(pair.cert)
    const due = found.validToDate.getTime() - RENEW_DAYS_BEFORE * DAY_MS
    const covers =
      names?.every((name) => (isIP(name) ? found.checkIP(name) : found.checkHost(name)) !== undefined) ?? true
    return covers && clock.now().getTime() < due && found.checkPrivateKey(createPrivateKey(pair.key)) ? pair : null
  } catch {
    return null
  }
}

const keepPair = (folder: string, name: string, certificate: Buffer, key: KeyObject): Pair => {
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  const pair = {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
  writeFileSync(join(folder, `${name}.key`), pair.key, { mode: 0o600 })
  writeFileSync(join(folder, `${name}.crt`), pair.cert)
  return pair
}

const makeAuthority = (folder: string, clock: Clock): Pair => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(`Entrepot ${hostname()} ${randomBytes(2).toString('hex')}`)
  const extensions = [
    extension(OID.basic, true, der.sequence(der.boolean(true), der.integer(Buffer.from([0])))),
    extension(OID.usage, true, der.bits(Buffer.from([0b0000_0110]), 1)),
    extension(OID.subjectKey, false, der.octets(keyId(publicKey))),
    extension(OID.constraints, true, der.sequence(der.explicit(0, ...permitted()))),
  ]
  return keepPair(
    folder,
    'authority',
    certificate({ subject, issuer: subject, publicKey, signer: privateKey, days: AUTHORITY_DAYS, extensions, clock }),
    privateKey,
  )
}

const makeServer = (folder: string, clock: Clock, authority: Pair, names: string[]): Pair => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = createPrivateKey(authority.key)
  const alternatives = names.map((name) =>
    isIP(name) ? der.implicit(7, ipBytes(name)) : der.implicit(2, Buffer.from(name)),
  )
  const extensions = [
    extension(OID.basic, true, der.sequence()),
    extension(OID.usage, true, der.bits(Buffer.from([0b1000_0000]), 7)),
    extension(OID.extended, false, der.sequence(der.oid(OID.serverAuth))),
    extension(OID.alternative, false, der.sequence(...alternatives)),
    extension(OID.subjectKey, false, der.octets(keyId(publicKey))),
    extension(OID.authorityKey, false, der.sequence(der.implicit(0, keyId(createPublicKey(signer))))),
  ]
  const issuer = subjectOf(authority.cert)
  return keepPair(
    folder,
    'server',
    certificate({ subject: nameOf(localName()), issuer, publicKey, signer, days: SERVER_DAYS, extensions, clock }),
    privateKey,
  )
}

type Parts = {
  subject: Buffer
  issuer: Buffer
  publicKey: KeyObject
  signer: KeyObject
  days: number
  extensions: Buffer[]
  clock: Clock
}

const certificate = ({ subject, issuer, publicKey, signer, days, extensions, clock }: Parts): Buffer => {
  const now = clock.now().getTime()
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  // A day back: phones' clocks are not exact.
  const validity = der.sequence(der.time(new Date(now - DAY_MS)), der.time(new Date(now + days * DAY_MS)))
  const version3 = der.explicit(0, der.integer(Buffer.from([2])))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const body = der.sequence(
    version3,
    der.integer(serial),
    ECDSA_SHA256,
    issuer,
    validity,
    subject,
    spki,
    der.explicit(3, der.sequence(...extensions)),
  )
  return der.sequence(body, ECDSA_SHA256, der.bits(sign('sha256', body, signer)))
}

const extension = (oid: string, critical: boolean, value: Buffer) =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value))

const nameOf = (commonName: string) =>
  der.sequence(
    der.set(der.sequence(der.oid(OID.organization), der.utf8('Entrepot'))),
    der.set(der.sequence(der.oid(OID.commonName), der.utf8(commonName))),
  )

/** The subject as node tells it ("O=Entrepot\nCN=…"), written again: byte for byte what makeAuthority wrote. */
const subjectOf = (pem: string) => nameOf(/^CN=(.*)$/m.exec(new X509Certificate(pem).subject)![1]!)

const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }).subarray(-65))
    .digest()

const ipBytes = (ip: string) => Buffer.from(ip.split('.').map(Number))

/** Private IPv4 networks, this machine, and .local names. */
const permitted = () => {
  const networks = [
    '10.0.0.0/255.0.0.0',
    '172.16.0.0/255.240.0.0',
    '192.168.0.0/255.255.0.0',
    '169.254.0.0/255.255.0.0',
    '100.64.0.0/255.192.0.0',
    '127.0.0.0/255.0.0.0',
  ]
  return [
    ...networks.map((network) => der.sequence(der.implicit(7, Buffer.concat(network.split('/').map(ipBytes))))),
    ...['local', 'localhost'].map((name) => der.sequence(der.implicit(2, Buffer.from(name)))),
  ]
}
