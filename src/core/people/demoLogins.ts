import { randomBytes } from 'node:crypto'
import type { Sql } from '../database/pool.ts'
import { type CreatedCompany, createUser, type Moment } from './company.ts'
import { hashPassword } from './secrets/passwords.ts'
import { standardRoles } from './standardRoles.ts'

export interface DemoLogin {
  readonly role: string
  readonly email: string
  readonly password: string
}
export interface DemoOptions {
  /** Passwords that stand in the README. Only on loopback with the embedded database; otherwise random, told once. */
  readonly demoLogins: boolean
  /** Host part of the e-mails, so that two demo companies in one database do not meet. */
  readonly domain?: string
  /** What the portal person may see: without it they see nobody. */
  readonly customerParty?: string | null
}

/** The known one, or 96 random bits. */
export const demoPassword = (known: boolean): string =>
  known ? 'entrepot-demo' : randomBytes(12).toString('base64url')

/** One person per standard role. Throws in production when known passwords are asked for (ASVS 6.3.2). */
export const createDemoLogins = async (
  sql: Sql,
  { company, roles }: CreatedCompany,
  moment: Moment,
  options: DemoOptions,
): Promise<DemoLogin[]> => {
  const { demoLogins, domain = 'demo.example', customerParty = null } = options
  if (demoLogins && process.env.NODE_ENV === 'production')
    throw new Error('known demo passwords are refused when NODE_ENV=production')
  const logins: DemoLogin[] = []
  for (const { code, name, limitedBy } of standardRoles) {
    if (code === 'owner' || code === 'integration') continue
    const password = demoPassword(demoLogins)
    const login = { role: name, email: `${code.replace('_', '-')}@${domain}`, password }
    await createUser(sql, company, moment, {
      name: `Demo ${name.toLowerCase()}`,
      email: login.email,
      passwordHash: await hashPassword(password),
      roleIds: [roles[code]!],
      sites: null,
      parties: limitedBy === 'party' ? (customerParty === null ? [] : [customerParty]) : null,
    })
    logins.push(login)
  }
  return logins
}
