import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import type { ConnectionOptions } from './pool.ts'

const ROLES_SQL = fileURLToPath(new URL('roles.sql', import.meta.url))

/** One short-lived connection, without the pool's deadlines: for starting and migrating. */
export const connectOnce = (options: ConnectionOptions, role?: 'entrepot_owner' | 'entrepot_app') =>
  postgres({
    host: options.host,
    port: options.port,
    database: options.database,
    username: options.user,
    password: options.password,
    ssl: options.ssl as never,
    max: 1,
    connect_timeout: 10,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'entrepot start', TimeZone: 'UTC', ...(role ? { role } : {}) },
  })
export type OneConnection = ReturnType<typeof connectOnce>

/** Makes the roles and the rights of the database `sql` is connected to; nothing happens where they are right. */
export const createRoles = async (sql: OneConnection): Promise<void> => {
  if (await rolesAreRight(sql)) return
  try {
    await sql.file(ROLES_SQL)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== '42501') throw error
    const [me] = await sql<
      { user: string; database: string }[]
    >`select current_user as user, current_database() as database`
    throw new Error(
      `the database user ${me?.user} may not set up roles (${message}). Ask your database administrator to run this in database ${me?.database}, ` +
        `and then: grant entrepot_owner, entrepot_app to ${me?.user} with set true;\n\n${readFileSync(ROLES_SQL, 'utf8')}`,
    )
  }
}

const rolesAreRight = async (sql: OneConnection): Promise<boolean> => {
  const [roles] = await sql<{ n: number }[]>`
    select count(*)::int as n
      from pg_roles
     where rolname in ('entrepot_owner', 'entrepot_app')
       and pg_has_role(current_user, oid, 'set')`
  if (roles?.n !== 2) return false
  const [rights] = await sql<{ ok: boolean }[]>`
    select has_schema_privilege('entrepot_owner', 'public', 'create')
       and has_database_privilege('entrepot_owner', current_database(), 'create')
       and has_schema_privilege('entrepot_app', 'public', 'usage')
       and not has_schema_privilege('entrepot_app', 'public', 'create')
       and not has_database_privilege('entrepot_app', current_database(), 'create')
       and not (select rolsuper or rolbypassrls from pg_roles where rolname = 'entrepot_app') as ok`
  return rights?.ok === true
}

/**
 * The embedded cluster: a database of its own, and roles that may sign in, so that no request ever stands on the
 * superuser's session (`reset role` from an injected statement would end there). No passwords: only who can enter the
 * 0700 socket folder connects at all.
 */
export const prepareEmbedded = async (superuser: ConnectionOptions, database: string): Promise<void> => {
  const cluster = connectOnce({ ...superuser, database: 'postgres' })
  try {
    const [found] = await cluster`select from pg_database where datname = ${database}`
    if (!found) await cluster`create database ${cluster(database)}`
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error
  } finally {
    await cluster.end({ timeout: 1 })
  }
  const sql = connectOnce({ ...superuser, database })
  try {
    await createRoles(sql)
    const [signIn] = await sql<
      { n: number }[]
    >`select count(*)::int as n from pg_roles where rolname in ('entrepot_owner', 'entrepot_app') and rolcanlogin`
    if (signIn?.n !== 2) {
      await sql`alter role entrepot_owner login`
      await sql`alter role entrepot_app login`
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}
