import { query } from '../../core/capability.ts'
import { NIL, t } from '../../core/t.ts'

/** One item's stock: pools by site, lot and owner, and what is coming. Where it stands is told by `bins`. */
export const item = query({
  title: "An item's stock by site, lot and owner",
  route: 'GET /stock/items/:itemId',
  permission: 'stock.read',
  admits: { itemId: 'item' },
  input: t.object({ itemId: t.id('item') }),
  output: t.object({
    item: t.object({
      id: t.id('item'),
      sku: t.text(),
      description: t.text({ max: 400 }),
      uom: t.text(),
      tracking: t.text(),
      /** Sold by weight: pools and bins say what they weigh. */
      catchWeight: t.bool(),
      category: t.text(),
      shelfLifeDays: t.nullable(t.int()),
      costMicro: t.needs('cost.read', t.priceMicro()),
      assumed: t.list(t.text()),
      uoms: t.list(t.object({ code: t.text(), num: t.int(), den: t.int(), gtin: t.nullable(t.text()) })),
    }),
    pools: t.list(
      t.object({
        siteId: t.id('site'),
        site: t.text(),
        lotId: t.nullable(t.id('lot')),
        lot: t.nullable(t.text()),
        expiresOn: t.nullable(t.date()),
        lotHeld: t.bool(),
        ownerId: t.nullable(t.id('party')),
        owner: t.nullable(t.text()),
        ownership: t.oneOf(['own', 'consigned', 'customer']),
        status: t.text(),
        onHand: t.qty(),
        allocated: t.qty(),
        held: t.qty(),
        /** Of goods that are good, not on hold and ours to sell: what is neither allocated nor held. */
        available: t.qty(),
        promised: t.qty(),
        weightG: t.int(),
      }),
      { max: 5_000 },
    ),
    inbound: t.list(
      t.object({
        id: t.id('supply'),
        siteId: t.id('site'),
        site: t.text(),
        on: t.date(),
        qty: t.qty(),
        promised: t.qty(),
        source: t.text(),
        ref: t.text(),
      }),
      { max: 5_000 },
    ),
    /** Ours, on the road to a site of ours, in neither site's stock; part of what is inbound. */
    onRoad: t.list(
      t.object({
        id: t.id('transit_line'),
        transferId: t.id('transfer_order'),
        transfer: t.text(),
        from: t.text(),
        to: t.text(),
        lot: t.nullable(t.text()),
        status: t.text(),
        qty: t.qty(),
        on: t.date(),
      }),
      { max: 5_000 },
    ),
  }),
  async run({ itemId }, { sql, company, now }) {
    const [items, uoms, pools, inbound, onRoad] = await Promise.all([
      sql`
        select id, sku, name as description, base_uom as uom, tracking, catch_weight, category, shelf_life_days, cost_micro, assumed
          from item
         where company_id = ${company} and id = ${itemId}`,
      sql`select uom as code, num, den, gtin from item_uom where company_id = ${company} and item_id = ${itemId} order by num`,
      sql`
        select pool.site_id, site.code as site, nullif(pool.lot_id, ${NIL}) as lot_id, lot.code as lot, lot.expires_on, coalesce(lot.held, false) as lot_held, nullif(pool.owner_id, ${NIL}) as owner_id, party.name as owner,
               coalesce(owner.kind, 'own') as ownership, pool.status, pool.on_hand, pool.allocated, pool.held, pool.weight_g,
               case when pool.status = 'available' and lot.held is not true and owner.kind is distinct from 'customer'
                    then pool.on_hand - pool.allocated - pool.held else 0 end as available,
               -- Promises name no lot: told once, on the site's first row.
               case when row_number() over (partition by pool.site_id order by pool.status, lot.expires_on nulls last, pool.lot_id, pool.owner_id) = 1
                    then coalesce(position.promised, 0) - case when position.holds > 0
                      -- What a rep kept until now is free again, whether or not anyone has looked since.
                      then (select coalesce(sum(hold.left_qty), 0)::int8
                              from stock_hold hold
                             where hold.company_id = ${company} and hold.site_id = pool.site_id and hold.item_id = pool.item_id and hold.ended_at is null and hold.expires_at <= ${now})
                      else 0 end
                    else 0 end as promised
          from stock_pool pool
          join site on site.company_id = pool.company_id and site.id = pool.site_id
          left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
          left join stock_owner owner on owner.company_id = pool.company_id and owner.party_id = pool.owner_id
          left join party on party.company_id = pool.company_id and party.id = pool.owner_id
          left join promise_position position on position.company_id = pool.company_id and position.site_id = pool.site_id and position.item_id = pool.item_id
         where pool.company_id = ${company} and pool.item_id = ${itemId} and pool.on_hand > 0
         order by site.code, pool.status, lot.expires_on nulls last, pool.lot_id, pool.owner_id
         limit 5000`,
      sql`
        select supply.id, supply.site_id, site.code as site, due_on as on, expected - received as qty, promised, supply.kind as source, reference as ref
          from supply
          join site on site.company_id = supply.company_id and site.id = supply.site_id
         where supply.company_id = ${company} and supply.item_id = ${itemId} and expected > received
         order by due_on, supply.id
         limit 5000`,
      sql`
        select road.id, road.transfer_id, transfer.number as transfer, transfer.from_code as "from", transfer.to_code as "to", lot.code as lot, road.status,
               road.shipped - road.received - road.lost as qty, road.due_on as on
          from transit_line road
          join transfer_order transfer on transfer.company_id = road.company_id and transfer.id = road.transfer_id
          left join lot on lot.company_id = road.company_id and lot.id = road.lot_id
         where road.company_id = ${company} and road.item_id = ${itemId} and road.shipped > road.received + road.lost
         order by road.due_on, road.id
         limit 5000`,
    ])
    return { item: { ...items[0], uoms }, pools, inbound, onRoad } as never
  },
})
