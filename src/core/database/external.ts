import { isIP } from 'node:net'
import type { ConnectionOptions } from './pool.ts'
import { connectOnce, createRoles, type OneConnection } from './roles.ts'

export type ExternalOptions = {
  url: string
  /** Remote and unencrypted, for a network that is encrypted by other means. */
  allowPlaintext?: boolean
  /** Certificate authority (PEM) that signed the server's certificate; null: the ones the system trusts. */
  ca?: string | null
}

const OLDEST_MAJOR = 18

/** Names the database without the password. */
const shown = ({ user, host, port, database }: ConnectionOptions) => `${user}@${host}:${port}/${database}`

/** A database we did not start: reachable, new enough, empty or ours, and with our roles; else an error that says what to do. */
export const connectExternal = async (options: ExternalOptions): Promise<ConnectionOptions> => {
  const address = parseUrl(options)
  const sql = connectOnce(address)
  try {
    await reach(sql, address)
    await refuseForeign(sql, address)
    await createRoles(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
  return address
}

export const parseUrl = ({ url, allowPlaintext = false, ca = null }: ExternalOptions): ConnectionOptions => {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new Error('DATABASE_URL is not a URL; it looks like postgresql://user:password@host:5432/database')
  }
  if (!['postgres:', 'postgresql:'].includes(parsed.protocol))
    throw new Error(`DATABASE_URL speaks of ${parsed.protocol}// but only postgresql:// is known`)
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname.replace(/^\[|\]$/g, ''))
  const database = decodeURIComponent(parsed.pathname.slice(1))
  if (host === '' || database === '' || parsed.username === '')
    throw new Error(
      'DATABASE_URL must name a user, a host and a database: postgresql://user:password@host:5432/database',
    )
  const mode = parsed.searchParams.get('sslmode')
  const near = isNear(host)
  const plain = mode === 'disable' || (mode === null && near)
  if (plain && !near && !allowPlaintext)
    throw new Error(
      `DATABASE_URL goes to ${host} without TLS: passwords and data could be read on the way. Remove sslmode=disable, or set DATABASE_ALLOW_PLAINTEXT=1 if that network is encrypted otherwise`,
    )
  return {
    host,
    port: Number(parsed.port || 5432),
    database,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    // Every other mode means encrypted *and* checked here: an unchecked certificate stops nobody.
    ssl: plain
      ? false
      : { rejectUnauthorized: true, ...(ca ? { ca } : {}), ...(isIP(host) ? {} : { servername: host }) },
  }
}

const isNear = (host: string) =>
  host.startsWith('/') || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

const reach = async (sql: OneConnection, address: ConnectionOptions) => {
  let version: number
  try {
    const [row] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`
    version = row!.version
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    throw new Error(
      `cannot connect to the database ${shown(address)}: ${code && !message.includes(code) ? `${code} ` : ''}${message}. Check DATABASE_URL, or leave it out to use the built-in PostgreSQL`,
    )
  }
  const major = Math.floor(version / 10_000)
  if (major < OLDEST_MAJOR)
    throw new Error(`the database ${shown(address)} is PostgreSQL ${major}, but ${OLDEST_MAJOR} or newer is needed`)
}

const refuseForeign = async (sql: OneConnection, address: ConnectionOptions) => {
  const [ours] = await sql`
    select from information_schema.columns
     where table_schema = 'public' and table_name = 'schema_migration' and column_name = 'hash'`
  if (ours) return
  const foreign = await sql<{ name: string }[]>`
    select n.nspname || '.' || c.relname as name
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
       and n.nspname not in ('pg_catalog', 'information_schema')
       and n.nspname not like 'pg\\_%'
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by 1
     limit 4`
  if (foreign.length > 0)
    throw new Error(
      `the database ${shown(address)} holds something else (${foreign
        .slice(0, 3)
        .map((row) => row.name)
        .join(', ')}${foreign.length > 3 ? ', …' : ''}): entrepot wants an empty database of its own`,
    )
}
