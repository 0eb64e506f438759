import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, NIL, page, t } from '../../../core/t.ts'

const Bin = t.object({
  siteId: t.id('site'),
  site: t.text(),
  locationId: t.id('location'),
  location: t.text(),
  kind: t.text(),
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  lotHeld: t.bool(),
  plateId: t.nullable(t.id('lpn')),
  plate: t.nullable(t.text()),
  ownerId: t.nullable(t.id('party')),
  owner: t.nullable(t.text()),
  ownership: t.oneOf(['own', 'consigned', 'customer']),
  status: t.text(),
  onHand: t.qty(),
  tasked: t.qty(),
})

/** Where every unit of an item stands: bin, plate, lot, owner and status. Of pieces with numbers, `serials` names them. */
export const bins = query({
  title: 'Where an item stands',
  route: 'GET /stock/items/:itemId/bins',
  permission: 'stock.read',
  admits: { itemId: 'item', siteId: 'site' },
  input: t.object({ itemId: t.id('item'), siteId: t.optional(t.id('site')) }),
  output: t.object({
    item: t.object({ id: t.id('item'), sku: t.text(), uom: t.text(), tracking: t.oneOf(['none', 'lot', 'serial']) }),
    bins: t.list(Bin, { max: 5_000 }),
  }),
  async run({ itemId, siteId }, { sql, company }) {
    const [items, bins] = await Promise.all([
      sql`select id, sku, base_uom as uom, tracking from item where company_id = ${company} and id = ${itemId}`,
      sql`
        select bin.site_id, site.code as site, bin.location_id, place.code as location, place.kind, nullif(bin.lot_id, ${NIL}) as lot_id, lot.code as lot, lot.expires_on,
               coalesce(lot.held, false) as lot_held, nullif(bin.lpn_id, ${NIL}) as plate_id, plate.sscc as plate, nullif(bin.owner_id, ${NIL}) as owner_id, party.name as owner,
               coalesce(owner.kind, 'own') as ownership, bin.status, bin.on_hand, bin.tasked
          from stock_balance bin
          join site on site.company_id = bin.company_id and site.id = bin.site_id
          join location place on place.company_id = bin.company_id and place.id = bin.location_id
          left join lot on lot.company_id = bin.company_id and lot.id = bin.lot_id
          left join lpn plate on plate.company_id = bin.company_id and plate.id = bin.lpn_id
          left join stock_owner owner on owner.company_id = bin.company_id and owner.party_id = bin.owner_id
          left join party on party.company_id = bin.company_id and party.id = bin.owner_id
         where bin.company_id = ${company} and bin.item_id = ${itemId} and bin.on_hand > 0 and (${siteId ?? null}::uuid is null or bin.site_id = ${siteId ?? null})
         order by site.code, place.pick_seq, place.code, lot.expires_on nulls last, plate.sscc nulls first, bin.status
         limit 5000`,
    ])
    return { item: items[0], bins } as never
  },
})

const Serial = t.object({
  id: t.id('serial'),
  code: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  lot: t.nullable(t.text()),
  site: t.text(),
  locationId: t.id('location'),
  location: t.text(),
  /** What kind of place it is: a customer’s, when it was shipped. */
  kind: t.text(),
  plate: t.nullable(t.text()),
  owner: t.nullable(t.text()),
  status: t.text(),
  inStock: t.bool(),
  picked: t.bool(),
})

/** Pieces with numbers of their own and where each is, those that have left too. */
export const serials = query({
  title: 'Serial numbers',
  route: 'GET /stock/serials',
  permission: 'stock.read',
  admits: { itemId: 'item', locationId: 'location' },
  input: listInput({ itemId: t.optional(t.id('item')), locationId: t.optional(t.id('location')) }),
  output: page(Serial),
  run: ({ itemId, locationId, ...input }, ctx) =>
    // Both are checked uuids (schema) and admitted.
    listPage(
      ctx,
      {
        from: `serial s
          join item on item.company_id = s.company_id and item.id = s.item_id
          join site on site.company_id = s.company_id and site.id = s.site_id
          join location place on place.company_id = s.company_id and place.id = s.location_id
          left join lot on lot.company_id = s.company_id and lot.id = s.lot_id
          left join lpn plate on plate.company_id = s.company_id and plate.id = s.lpn_id
          left join party on party.company_id = s.company_id and party.id = s.owner_id`,
        where: `s.company_id = $1${itemId === undefined ? '' : ` and s.item_id = '${itemId}'`}${locationId === undefined ? '' : ` and s.location_id = '${locationId}'`}`,
        select: `s.id, s.code, s.item_id, item.sku, lot.code as lot, site.code as site, s.location_id, place.code as location, place.kind, plate.sscc as plate, party.name as owner,
          s.status, s.in_stock, s.allocation_id is not null as picked`,
        id: 's.id',
        columns: {
          code: { sql: 's.code', type: 'code' },
          sku: { sql: 'item.sku', type: 'code' },
          lot: { sql: 'lot.code', type: 'code', nullable: true },
          location: { sql: 'place.code', type: 'code' },
          kind: { sql: 'place.kind', type: 'code' },
          plate: { sql: 'plate.sscc', type: 'code', nullable: true },
          status: { sql: 's.status', type: 'code' },
          inStock: { sql: 's.in_stock', type: 'bool' },
        },
        defaultSort: 'code',
        words: ['s.code'],
      },
      input,
    ) as never,
})
