import type { createPool } from '../core/database/pool.ts'
import { FriendlyError } from './friendly.ts'

/** The site of that code; none named: none. */
export const siteOf = async (
  owner: ReturnType<typeof createPool>,
  company: string,
  code: unknown,
): Promise<string | undefined> => {
  if (typeof code !== 'string') return undefined
  const sites = await owner.plain(
    10_000,
    (sql) => sql<{ id: string; code: string }[]>`select id, code from site where company_id = ${company} order by code`,
  )
  const chosen = sites.find((site) => site.code === code)
  if (!chosen)
    throw new FriendlyError(`there is no site ${code}; there are: ${sites.map((site) => site.code).join(', ')}`)
  return chosen.id
}

/** The only company, or the one that is named. */
export const companyOf = async (owner: ReturnType<typeof createPool>, name: unknown): Promise<string> => {
  const companies = await owner.plain(
    10_000,
    (sql) => sql<{ id: string; name: string }[]>`select company_id as id, name from company order by name`,
  )
  const chosen = typeof name === 'string' ? companies.filter((c) => c.name === name || c.id === name) : companies
  if (chosen.length === 1) return chosen[0]!.id
  if (companies.length === 0) throw new FriendlyError('there is no company yet: start the app once and set one up')
  throw new FriendlyError(`say which company with --company: ${companies.map((c) => c.name).join(', ')}`)
}
