import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

export const reasonKinds = ['adjust', 'scrap', 'status', 'override', 'return', 'short', 'weight', 'owner'] as const
export type ReasonKind = (typeof reasonKinds)[number]

const Reason = t.object({
  kind: t.oneOf(reasonKinds),
  code: t.code({ max: 40 }),
  name: t.code({ max: 80 }),
  active: t.bool(),
})

export const reasons = query({
  title: 'Reason codes',
  route: 'GET /stock/reasons',
  permission: 'stock.read',
  input: t.object({ kind: t.optional(t.oneOf(reasonKinds)) }),
  output: t.object({ reasons: t.list(Reason, { max: 2_000 }) }),
  async run({ kind }, { sql, company }) {
    const reasons = await sql`
      select kind, code, name, active
        from reason_code
       where company_id = ${company} and (${kind ?? null}::text is null or kind = ${kind ?? null})
       order by kind, active desc, name, code
       limit 2000`
    return { reasons } as never
  },
})

/** A code stays what it was, since the ledger names it: its name changes, or it is no longer offered. */
export const saveReasons = command({
  title: 'Save reason codes',
  route: 'POST /stock/reasons',
  permission: 'stock.rules',
  input: t.object({ reasons: t.list(Reason, { min: 1, max: 500 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ reasons }) => reasons.length,
  async run({ reasons }, { sql, company }) {
    refuseTwice(
      'reasons',
      reasons.map(({ kind, code }) => `${kind} ${code}`),
    )
    await sql`
      insert into reason_code
      select * from json_populate_recordset(null::reason_code, ${rowsJson(reasons.map((row) => ({ companyId: company, ...row })))}::text::json) as given
       order by given.kind, given.code
      on conflict (company_id, kind, code) do update
         set name = excluded.name, active = excluded.active`
    return { saved: reasons.length }
  },
})

/** Codes that the company offers, in order. */
export const offeredReasons = async ({ sql, company }: Ctx, kind: ReasonKind): Promise<string[]> => {
  const rows = await sql<{ code: string }[]>`
    select code
      from reason_code
     where company_id = ${company} and kind = ${kind} and active
     order by code
     limit 500`
  return rows.map((row) => row.code)
}

/** Why a reason will not do, naming those that would; null when it does. */
export const wrongReason = (kind: ReasonKind, code: string, offered: readonly string[]): Refusal | null => {
  if (offered.includes(code)) return null
  const message = `is no reason of this kind (${kind}); there are ${offered.slice(0, 20).join(', ')}`
  return new Refusal('unknown_reason', `“${code}” ${message}.`, 422, [{ path: 'reason', message }])
}

export const checkReason = async (ctx: Ctx, kind: ReasonKind, code: string): Promise<void> => {
  const wrong = wrongReason(kind, code, await offeredReasons(ctx, kind))
  if (wrong) throw wrong
}
