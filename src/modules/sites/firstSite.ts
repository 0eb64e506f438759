import type { Sql } from '../../core/database/pool.ts'
import { storeSites } from './saveSites.ts'

/** The first warehouse of a new company, made while it is set up: nobody is signed in yet, so nothing hears of it. */
export const createFirstSite = async (
  sql: Sql,
  { company, entity }: { company: string; entity: string },
  moment: { now: Date; id: () => string },
  site: { code: string; name: string; zone: string; country: string },
): Promise<void> => {
  await storeSites({ sql, company, ...moment, emit: () => {} }, { no: 0 }, [{ ...site, entityId: entity }])
}
