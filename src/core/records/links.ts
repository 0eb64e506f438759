import type { Ctx } from '../ctx.ts'
import { rowsJson } from '../database/pool.ts'

/** Every document names what it came from: order → shipment → invoice → payment. */
export interface Link {
  readonly fromKind: string
  readonly fromId: string
  readonly toKind: string
  readonly toId: string
  readonly kind: string
  readonly qty?: number | null
}

/** Set-wise and only once per pair: saying it again changes nothing (the table is append-only). */
export const linkDocuments = async (
  { sql, company, now }: Pick<Ctx, 'sql' | 'company' | 'now'>,
  links: readonly Link[],
): Promise<void> => {
  if (links.length === 0) return
  const rows = links.map((link) => ({ qty: null, ...link, companyId: company, recordedAt: now }))
  await sql`
    insert into document_link
    select * from json_populate_recordset(null::document_link, ${rowsJson(rows)}::text::json)
        on conflict (company_id, from_id, to_id, kind) do nothing`
}

/** Everything of one order (or invoice …): documents reached over links in either direction, nearest first. */
export const linkedDocuments = async (
  { sql, company }: Pick<Ctx, 'sql' | 'company'>,
  id: string,
  most = 500,
): Promise<{ kind: string; id: string; steps: number }[]> => [
  ...(await sql<{ kind: string; id: string; steps: number }[]>`
    with recursive near (kind, id, steps) as (
      select ''::text, ${id}::uuid, 0
       union
      select case when l.from_id = n.id then l.to_kind else l.from_kind end,
             case when l.from_id = n.id then l.to_id else l.from_id end,
             n.steps + 1
        from near n
        join document_link l on l.company_id = ${company} and (l.from_id = n.id or l.to_id = n.id)
       where n.steps < 4
    )
    select kind, id, min(steps)::int as steps
      from near
     where id <> ${id}
     group by kind, id
     order by steps, id
     limit ${most}`),
]
