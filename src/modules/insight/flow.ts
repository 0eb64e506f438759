import type { Ctx } from '../../core/ctx.ts'

interface Stage {
  readonly key: string
  readonly label: string
  readonly orders: number
  readonly lines: number
  readonly amountMinor: number
  readonly to: string | null
}

/** Where the open work stands: orders, lines and net value by stage. */
export const flowOf = async ({ sql, company }: Ctx, site: string | null): Promise<Stage[]> => {
  const [rows, shipped] = await Promise.all([
    sql<{ key: string; orders: number; lines: number; amount: number }[]>`
      with open as (
        select demand.ref_id, line.id, line.net * (demand.qty - demand.shipped - demand.cancelled) / demand.qty * demand.line_qty / line.qty as value, demand.released_at,
               demand.allocated, demand.promised + demand.backordered as waiting, coalesce(taken.tasked, 0) as tasked, coalesce(taken.picked, 0) as picked
          from demand_line demand
          join sales_order_line line on line.company_id = demand.company_id and line.id = demand.order_line_id and demand.component <= 1
          left join lateral (select sum(a.tasked)::int8 as tasked, sum(a.picked - a.shipped)::int8 as picked
                               from allocation a where a.company_id = demand.company_id and a.demand_line_id = demand.id) taken on true
         where demand.company_id = ${company} and demand.qty > demand.shipped + demand.cancelled and (${site}::uuid is null or demand.site_id = ${site})
      )
      select case when released_at is null then 'to_release' when picked > 0 and tasked = 0 then 'packing' when tasked > 0 then 'picking' when allocated > 0 then 'allocated' else 'waiting' end as key,
             count(distinct ref_id) as orders, count(distinct id) as lines, sum(value)::int8 as amount
        from open
       group by 1`,
    sql<{ orders: number; lines: number; amount: number }[]>`
      select count(distinct sh.order_id) as orders, count(sl.id) as lines, coalesce((select sum(gross)::int8 from shipment where company_id = ${company} and shipped_at is not null and invoiced_at is null and (${site}::uuid is null or site_id = ${site})), 0) as amount
        from shipment sh
        join shipment_line sl on sl.company_id = sh.company_id and sl.shipment_id = sh.id
       where sh.company_id = ${company} and sh.shipped_at is not null and sh.invoiced_at is null and (${site}::uuid is null or sh.site_id = ${site})`,
  ])
  const of = (key: string, label: string, to: string | null): Stage => {
    const row = rows.find((r) => r.key === key)
    return { key, label, orders: row?.orders ?? 0, lines: row?.lines ?? 0, amountMinor: row?.amount ?? 0, to }
  }
  return [
    of('to_release', 'To release', '/orders?filter=status:confirmed,held'),
    of('waiting', 'Waiting for stock', '/orders?filter=status:released'),
    of('allocated', 'To pick', '/waves'),
    of('picking', 'Picking', '/waves'),
    of('packing', 'To pack and ship', '/orders?filter=status:picking,packed'),
    {
      key: 'shipped_not_invoiced',
      label: 'Shipped, not invoiced',
      orders: shipped[0]!.orders,
      lines: shipped[0]!.lines,
      amountMinor: shipped[0]!.amount,
      to: '/orders?filter=status:shipped',
    },
  ]
}
