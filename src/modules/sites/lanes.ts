import { command, query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'

/** A way from one site to another. Costs are in millionths of the currency's unit: per base unit, per kilogram, per shipment. */
export interface Lane {
  readonly id: string
  readonly fromSiteId: string
  readonly toSiteId: string
  /** Calendar days on the road, from the day it leaves to the day it is at the door. */
  readonly days: number
  readonly unitCostMicro: number
  readonly kgCostMicro: number
  readonly shipmentCostMicro: number
}

/** Active lanes into a site, or the one from a named site, by the other end's id. */
export const lanesTo = async (
  { sql, company }: Ctx,
  toSiteId: string,
  fromSiteId: string | null = null,
): Promise<Map<string, Lane>> => {
  const rows = await sql<Lane[]>`
    select id, from_site_id, to_site_id, days, unit_cost_micro, kg_cost_micro, shipment_cost_micro
      from lane
     where company_id = ${company} and to_site_id = ${toSiteId} and active
       and (${fromSiteId}::uuid is null or from_site_id = ${fromSiteId})`
  return new Map(rows.map((lane) => [lane.fromSiteId, lane]))
}

const LaneInput = t.object({
  fromSiteId: t.id('site'),
  toSiteId: t.id('site'),
  days: t.int({ min: 0, max: 365, title: 'Calendar days on the road' }),
  unitCostMicro: t.optional(t.priceMicro({ title: 'Cost per base unit' })),
  kgCostMicro: t.optional(t.priceMicro({ title: 'Cost per kilogram' })),
  shipmentCostMicro: t.optional(t.priceMicro({ title: 'Cost per shipment' })),
  /** Left out: it is used. False: no new transfer goes this way. */
  active: t.optional(t.bool()),
})

export const saveLanes = command({
  title: 'Save the ways between sites',
  route: 'POST /sites/lanes',
  permission: 'sites.write',
  admits: { 'lanes.fromSiteId': 'site', 'lanes.toSiteId': 'site' },
  input: t.object({ lanes: t.list(LaneInput, { min: 1, max: 1_000 }) }),
  output: t.object({ saved: t.int() }),
  emits: ['lane.saved'],
  lines: ({ lanes }) => lanes.length,
  async run({ lanes }, ctx, call) {
    refuseTwice(
      'lanes',
      lanes.map((lane) => `${lane.fromSiteId} ${lane.toSiteId}`),
    )
    const round = lanes.findIndex((lane) => lane.fromSiteId === lane.toSiteId)
    if (round >= 0)
      throw new Refusal('same_site', 'A lane leads from one site to another.', 422, [
        { path: `lanes.${round}.toSiteId`, message: 'Another site than the one it leaves from.' },
      ])
    const rows = lanes.map((lane) => ({
      unitCostMicro: 0,
      kgCostMicro: 0,
      shipmentCostMicro: 0,
      active: true,
      ...lane,
      companyId: ctx.company,
      id: ctx.id(),
    }))
    const saved = await ctx.sql<Lane[]>`
      insert into lane as old
      select * from json_populate_recordset(null::lane, ${rowsJson(rows)}::text::json) as given
       order by given.from_site_id, given.to_site_id
      on conflict (company_id, from_site_id, to_site_id) do update
         set days = excluded.days, unit_cost_micro = excluded.unit_cost_micro, kg_cost_micro = excluded.kg_cost_micro,
             shipment_cost_micro = excluded.shipment_cost_micro, active = excluded.active
      returning old.id, old.from_site_id, old.to_site_id, old.days, old.unit_cost_micro, old.kg_cost_micro, old.shipment_cost_micro`
    for (const { id, fromSiteId, toSiteId } of saved)
      ctx.emit(call, 'lane.saved', { id, siteId: fromSiteId, otherSiteId: toSiteId })
    return { saved: saved.length }
  },
})

export const lanes = query({
  title: 'Ways between sites',
  route: 'GET /sites/lanes',
  permission: 'sites.read',
  admits: { toSiteId: 'site' },
  input: t.object({ toSiteId: t.optional(t.id('site')) }),
  output: t.object({
    lanes: t.list(
      t.object({
        fromSiteId: t.id('site'),
        from: t.text(),
        toSiteId: t.id('site'),
        to: t.text(),
        days: t.int(),
        unitCostMicro: t.needs('cost.read', t.priceMicro()),
        kgCostMicro: t.needs('cost.read', t.priceMicro()),
        shipmentCostMicro: t.needs('cost.read', t.priceMicro()),
        active: t.bool(),
      }),
      { max: 10_000 },
    ),
  }),
  async run({ toSiteId }, { sql, company }) {
    const rows = await sql<(Omit<Lane, 'id'> & { from: string; to: string; active: boolean })[]>`
      select lane.from_site_id, source.code as "from", lane.to_site_id, target.code as "to", lane.days, lane.unit_cost_micro, lane.kg_cost_micro,
             lane.shipment_cost_micro, lane.active
        from lane
        join site source on source.company_id = ${company} and source.id = lane.from_site_id
        join site target on target.company_id = ${company} and target.id = lane.to_site_id
       where lane.company_id = ${company} and (${toSiteId ?? null}::uuid is null or lane.to_site_id = ${toSiteId ?? null})
       order by source.code, target.code
       limit 10000`
    return { lanes: [...rows] }
  },
})
