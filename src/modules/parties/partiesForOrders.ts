import type { Ctx } from '../../core/ctx.ts'

export interface PartyForOrders {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly isCustomer: boolean
  readonly billToId: string | null
  readonly channelId: string | null
  readonly currency: string
  readonly country: string
  readonly termsDays: number
  readonly invoiceTrigger: 'ship' | 'pod' | 'period' | 'prepaid'
  readonly partialPolicy: 'partial' | 'line' | 'complete'
  readonly serviceClass: number
  readonly minShelfDays: number
  readonly active: boolean
  readonly shipTos: readonly { readonly id: string; readonly country: string; readonly routeDays: number }[]
}

/** What orders, promises and invoices need of parties, by id, in one statement; the first ship-to is the usual one. */
export const partiesForOrders = async (
  { sql, company }: Ctx,
  ids: readonly string[],
): Promise<Map<string, PartyForOrders>> => {
  const rows = await sql<(Omit<PartyForOrders, 'shipTos'> & { shipTos: PartyForOrders['shipTos'] | null })[]>`
    select p.id, p.code, p.name, p.is_customer, p.bill_to_id, p.channel_id, p.currency, p.country, p.terms_days,
           p.invoice_trigger, p.partial_policy, p.service_class, p.min_shelf_days, p.active,
           (select json_agg(json_build_object('id', a.id, 'country', a.country, 'routeDays', a.route_days) order by a.id)
              from address a
             where a.company_id = p.company_id and a.party_id = p.id and a.kind in ('ship_to', 'both') and a.active) as ship_tos
      from party p
     where p.company_id = ${company} and p.id = any (${[...new Set(ids)]}::uuid[])`
  return new Map(rows.map((row) => [row.id, { ...row, shipTos: row.shipTos ?? [] }]))
}
