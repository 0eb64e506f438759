import type { Ctx } from '../../../core/ctx.ts'
import type { LockedAssembly } from './lockAssembly.ts'

/**
 * What an assembly brings, and when: as many kits as its scarcest component is promised, set aside or used for, on the day
 * wanted, or when the last of these components is there. What no component is in sight for is promised to nobody.
 * @returns what is expected in all, what is done included.
 */
export const comingOf = async (
  { sql, company }: Ctx,
  { id, qty, done, cancelled, multiple, dueOn, today }: Omit<LockedAssembly, 'supplyId'>,
): Promise<{ expected: number; dueOn: string }> => {
  const [row] = await sql<{ kits: number; lastOn: string | null }[]>`
    select coalesce(min(floor((line.promised + line.allocated + line.shipped)::numeric * part.den / part.num)), 0)::int8 as kits,
           max((select max(promise.due_on) from promise where promise.company_id = ${company} and promise.demand_line_id = part.id and promise.qty > 0)) as last_on
      from assembly_part part
      join demand_line line on line.company_id = ${company} and line.id = part.id
     where part.company_id = ${company} and part.assembly_id = ${id}`
  const covered = Math.floor(row!.kits / multiple) * multiple
  const open = Math.min(qty - done - cancelled, Math.max(0, covered - done))
  const day = [dueOn, today, row!.lastOn ?? ''].reduce((a, b) => (a > b ? a : b))
  return { expected: done + open, dueOn: day }
}
