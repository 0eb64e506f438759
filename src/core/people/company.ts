import { rowsJson, type Sql } from '../database/pool.ts'
import { Refusal } from '../refusal.ts'
import { standardReasons } from './standardReasons.ts'
import { standardRoles } from './standardRoles.ts'

export interface NewCompany {
  readonly name: string
  readonly currency: string
  readonly country: string
  /** IANA zone of head office: days of the company's own figures. */
  readonly zone: string
  readonly taxNumber?: string | null
  /** `passwordHash` (hashPassword, before the transaction: it takes 30 ms) null: no sign-in until a code is handed out. */
  readonly owner: { readonly name: string; readonly email: string; readonly passwordHash: string | null }
}
export interface Moment {
  readonly now: Date
  readonly id: () => string
}
export interface CreatedCompany {
  readonly company: string
  readonly entity: string
  readonly owner: string
  /** Role code → id. */
  readonly roles: Readonly<Record<string, string>>
}

/** Gapless where the law asks for it: invoices and credit notes. All others come in blocks and may have gaps. */
const series: readonly { kind: string; prefix: string; gapless: boolean }[] = [
  { kind: 'order', prefix: 'SO-', gapless: false },
  { kind: 'wave', prefix: 'W-', gapless: false },
  { kind: 'task', prefix: 'T-', gapless: false },
  { kind: 'shipment', prefix: 'SH-', gapless: false },
  { kind: 'receipt', prefix: 'RC-', gapless: false },
  { kind: 'purchase_order', prefix: 'PO-', gapless: false },
  { kind: 'transfer', prefix: 'TR-', gapless: false },
  { kind: 'recall', prefix: 'RCL-', gapless: false },
  { kind: 'route', prefix: 'R-', gapless: false },
  { kind: 'assembly', prefix: 'ASM-', gapless: false },
  { kind: 'payment', prefix: 'PAY-', gapless: false },
  { kind: 'sscc', prefix: '', gapless: false },
  { kind: 'invoice', prefix: 'INV-', gapless: true },
  { kind: 'credit_note', prefix: 'CN-', gapless: true },
]

/**
 * A company with its first legal entity, the standard roles, number series, reason codes and an owner who may do everything.
 * `sql` is a transaction, of the app role under this very company or of the owner's: the id comes from the caller because
 * the app role's transaction must be begun with it. Throws Refusal `email_taken`.
 */
export const createCompany = async (
  sql: Sql,
  company: string,
  { now, id }: Moment,
  given: NewCompany,
): Promise<CreatedCompany> => {
  const entity = id()
  await sql`select set_config('app.company_id', ${company}, true)`
  await sql`
    insert into company (company_id, name, currency, zone, created_at, settings)
    values (${company}, ${given.name}, ${given.currency}, ${given.zone}, ${now}, '{}')`
  await sql`
    insert into entity (company_id, id, name, currency, country, tax_number, created_at)
    values (${company}, ${entity}, ${given.name}, ${given.currency}, ${given.country}, ${given.taxNumber ?? null}, ${now})`
  const numbers = series.map((row) => ({ companyId: company, id: id(), entityId: entity, next: 1, ...row }))
  await sql`insert into number_series select * from json_populate_recordset(null::number_series, ${rowsJson(numbers)}::text::json)`
  const roles = standardRoles.map((row) => ({ companyId: company, id: id(), ...row }))
  await sql`insert into role select * from json_populate_recordset(null::role, ${rowsJson(roles)}::text::json)`
  const reasons = standardReasons.map((row) => ({ companyId: company, ...row }))
  await sql`insert into reason_code select * from json_populate_recordset(null::reason_code, ${rowsJson(reasons)}::text::json)`
  const byCode = Object.fromEntries(roles.map((row) => [row.code, row.id]))
  const { name, email, passwordHash } = given.owner
  const owner = await createUser(
    sql,
    company,
    { now, id },
    { name, email, passwordHash, roleIds: [byCode.owner!], sites: null, parties: null },
  )
  return { company, entity, owner, roles: byCode }
}

export interface NewUser {
  readonly name: string
  readonly email: string
  readonly passwordHash: string | null
  readonly roleIds: readonly string[]
  readonly sites: readonly string[] | null
  readonly parties: readonly string[] | null
}

/** A person of the transaction's company. An e-mail signs in to one company only. Throws Refusal `email_taken`. */
export const createUser = async (sql: Sql, company: string, { now, id }: Moment, user: NewUser): Promise<string> => {
  const person = id()
  const email = user.email.trim().toLowerCase()
  await refuseTaken(sql, email)
  const row = {
    companyId: company,
    id: person,
    email,
    name: user.name,
    active: true,
    sites: user.sites,
    parties: user.parties,
    createdAt: now,
    changedAt: now,
  }
  await sql`insert into app_user select * from json_populate_recordset(null::app_user, ${rowsJson([row])}::text::json)`
  await setRoles(sql, company, person, user.roleIds)
  await sql`select people_set_login(${person}, ${email}, ${user.passwordHash})`
  return person
}

export const refuseTaken = async (sql: Sql, email: string): Promise<void> => {
  const [row] = await sql<{ taken: boolean }[]>`select people_email_taken(${email}) as taken`
  if (row?.taken) throw new Refusal('email_taken', 'This e-mail signs in to an account already; use another one.')
}

export const setRoles = async (
  sql: Sql,
  company: string,
  person: string,
  roleIds: readonly string[],
): Promise<void> => {
  await sql`delete from user_role where company_id = ${company} and user_id = ${person}`
  await sql`insert into user_role (company_id, user_id, role_id) select ${company}, ${person}, x from unnest(${[...new Set(roleIds)]}::uuid[]) x`
}
