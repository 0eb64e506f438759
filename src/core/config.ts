/**
 * Everything that can be set from outside, by environment variable, in one table: read once at start, checked by
 * schema, every mistake told at once. A secret may come as NAME_FILE, the path of a file that holds it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'

export const DEFAULT_PORT = 4800

type Setting = { schema: TSchema; help: string; read?: 'number' | 'flag' | 'pem'; secret?: true }
const setting = <S extends TSchema>(schema: S, help: string, more: Omit<Setting, 'schema' | 'help'> = {}) => ({
  schema,
  help,
  ...more,
})
const optional = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()], { default: null })

/** One address, a network, or the words the proxy library knows; never "true", which would believe anybody. */
const PEERS = '^(?:(?:[0-9a-fA-F:.]+(?:/[0-9]{1,3})?|loopback|linklocal|uniquelocal)(?:, ?|$))+$'

export const settings = {
  PORT: setting(Type.Integer({ minimum: 0, maximum: 65535, default: DEFAULT_PORT }), 'port of app and API', {
    read: 'number',
  }),
  HOST: setting(
    optional(Type.String({ minLength: 1, maxLength: 255 })),
    'address to listen on; this machine only by default',
  ),
  DATA_DIR: setting(
    Type.String({ minLength: 1, maxLength: 4000, default: '.entrepot' }),
    'folder of the built-in database and files',
  ),
  BACKUP_DIR: setting(
    optional(Type.String({ minLength: 1, maxLength: 4000 })),
    'folder for backups of the built-in database; when set, its log is kept there too, for any moment in between',
  ),
  DATABASE_URL: setting(
    optional(Type.String({ minLength: 1, maxLength: 4000 })),
    'postgresql://… of a PostgreSQL 18 or newer, instead of the built-in one',
    { secret: true },
  ),
  DATABASE_ALLOW_PLAINTEXT: setting(Type.Boolean({ default: false }), '1: a remote database without TLS', {
    read: 'flag',
  }),
  DATABASE_CA: setting(optional(Type.String({ minLength: 1 })), "authority of the database's certificate (PEM file)", {
    read: 'pem',
  }),
  HTTPS_CERT: setting(optional(Type.String({ minLength: 1 })), 'certificate chain (PEM file)', { read: 'pem' }),
  HTTPS_KEY: setting(optional(Type.String({ minLength: 1 })), 'its private key (PEM file)', { read: 'pem' }),
  TRUST_PROXY: setting(
    optional(Type.String({ pattern: PEERS, maxLength: 1000 })),
    'addresses of the TLS proxy in front, as in 10.0.0.5 or 10.0.0.0/8',
  ),
  MIN_FREE_MB: setting(
    optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    'nothing is written below this much free disk; 0: no limit',
    { read: 'number' },
  ),
  RESERVE_MB: setting(
    Type.Integer({ minimum: 0, maximum: 10_000, default: 128 }),
    'disk kept in reserve to recover from a full one',
    { read: 'number' },
  ),
  REQUESTS_PER_MINUTE: setting(
    Type.Integer({ minimum: 0, maximum: 10_000_000, default: 3000 }),
    'per address; 0: no limit',
    { read: 'number' },
  ),
  METRICS_TOKEN: setting(
    optional(Type.String({ minLength: 24, maxLength: 500 })),
    'bearer token for /metrics beyond this machine',
    { secret: true },
  ),
  SOURCE_URL: setting(
    optional(Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 1000 })),
    'where users find the source of this version (AGPL §13); without it the app serves its own',
  ),
  LOG_LEVEL: setting(
    Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
    'how much is logged',
  ),
} as const

type Settings = { [K in keyof typeof settings]: Static<(typeof settings)[K]['schema']> }

export type Config = Readonly<Settings> & {
  readonly production: boolean
}

export class ConfigError extends Error {}

/** The configuration, or one ConfigError that lists every mistake. `where` is the folder relative paths start from. */
export const readConfig = (env: Record<string, string | undefined>, where: string): Config => {
  const mistakes: string[] = []
  const found: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings) as [string, Setting][]) {
    const text = textOf(name, setting, env, mistakes)
    found[name] = text === undefined ? (setting.schema as { default?: unknown }).default : parse(text, setting, where)
    if (found[name] === MISSING_FILE) mistakes.push(`${name}: there is no file ${text}`)
    else if (!Value.Check(setting.schema, found[name]))
      mistakes.push(
        `${name}: ${wish(setting.schema)}${setting.secret ? '' : `, not ${JSON.stringify(text)}`} (${setting.help})`,
      )
  }
  const production = env.NODE_ENV === 'production'
  if ((found.HTTPS_CERT === null) !== (found.HTTPS_KEY === null))
    mistakes.push('HTTPS_CERT and HTTPS_KEY belong together: one of them is missing')
  if (production && env.ENTREPOT_STOP_AT)
    mistakes.push('ENTREPOT_STOP_AT kills the process on purpose and is refused when NODE_ENV=production')
  if (mistakes.length > 0)
    throw new ConfigError(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
    )
  return {
    ...(found as Settings),
    DATA_DIR: resolve(where, found.DATA_DIR as string),
    BACKUP_DIR: found.BACKUP_DIR === null ? null : resolve(where, found.BACKUP_DIR as string),
    production,
  }
}

const textOf = (
  name: string,
  { secret }: Setting,
  env: Record<string, string | undefined>,
  mistakes: string[],
): string | undefined => {
  const direct = env[name]
  const file = secret ? env[`${name}_FILE`] : undefined
  if (!file) return direct === '' ? undefined : direct
  if (direct) mistakes.push(`${name} and ${name}_FILE are both set: one of them is enough`)
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mistakes.push(`${name}_FILE: there is no file ${file}`)
  return direct
}

const MISSING_FILE = Symbol('missing file')

const parse = (text: string, { read }: Setting, where: string): unknown => {
  if (read === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : text
  if (read === 'flag') return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : text
  if (read !== 'pem' || text.startsWith('-----BEGIN')) return text
  const file = resolve(where, text)
  return existsSync(file) ? readFileSync(file, 'utf8') : MISSING_FILE
}

/** What a schema wants, in words. */
const wish = (schema: TSchema): string => {
  const {
    type,
    minimum,
    maximum,
    minLength,
    enum: values,
    anyOf,
    pattern,
  } = schema as Record<string, unknown> & { anyOf?: TSchema[]; enum?: string[] }
  if (anyOf) return wish(anyOf[0]!)
  if (values) return `must be one of ${values.join(', ')}`
  if (type === 'integer') return `must be a whole number from ${minimum} to ${maximum}`
  if (type === 'boolean') return 'must be 1 or 0'
  if (pattern) return 'must be a list of addresses'
  return minLength && (minLength as number) > 1 ? `must be at least ${minLength} characters` : 'must be a text'
}

/** Only this machine can connect to such an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
