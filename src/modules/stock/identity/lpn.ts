import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { listInput, NIL, page, t } from '../../../core/t.ts'
import { isSscc } from '../../../math/gs1/checkDigit.ts'
import { DEEPEST, plateKinds } from './plates.ts'

const Plate = t.object({
  id: t.id('lpn'),
  sscc: t.text(),
  kind: t.oneOf(plateKinds),
  parentId: t.nullable(t.id('lpn')),
  siteId: t.id('site'),
  site: t.text(),
  locationId: t.id('location'),
  location: t.text(),
  locationKind: t.text(),
  closedAt: t.nullable(t.moment()),
  endedAt: t.nullable(t.moment()),
})
const Content = t.object({
  plateId: t.id('lpn'),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  ownerId: t.nullable(t.id('party')),
  owner: t.nullable(t.text()),
  status: t.text(),
  onHand: t.qty(),
  tasked: t.qty(),
  serials: t.list(t.text(), { max: 10_000 }),
})

/** What a scanner reads off a logistic label: the SSCC alone, or behind its application identifier 00. */
const ssccOfScan = (text: string): string => {
  const digits = text.replaceAll(/[^0-9]/g, '')
  const sscc = digits.length === 20 && digits.startsWith('00') ? digits.slice(2) : digits
  if (!isSscc(sscc))
    throw new Refusal('bad_sscc', `${text} is no SSCC: 18 digits, the last of which is a check digit.`, 422)
  return sscc
}

/** A plate, the plates on it, and all that stands on them. */
export const lpn = query({
  title: 'A plate and what is on it',
  route: 'GET /stock/plate',
  permission: 'stock.read',
  admits: { id: 'lpn' },
  input: t.object({ id: t.optional(t.id('lpn')), sscc: t.optional(t.code({ max: 30 })) }),
  output: t.object({
    plate: Plate,
    /** SSCCs of the plates below it, from the ground up. */
    on: t.list(t.object({ id: t.id('lpn'), sscc: t.text() }), { max: 20 }),
    plates: t.list(Plate, { max: 500 }),
    contents: t.list(Content, { max: 5_000 }),
  }),
  async run({ id, sscc }, { sql, company }) {
    if ((id === undefined) === (sscc === undefined))
      throw new Refusal('bad_input', 'Name the plate by its id or by its SSCC.', 422)
    const code = sscc === undefined ? null : ssccOfScan(sscc)
    const [root] = await sql<{ id: string }[]>`
      select id
        from lpn
       where company_id = ${company} and (id = ${id ?? NIL} or sscc = ${code})`
    if (!root) throw notFound('plate')
    const [plates, on, contents] = await Promise.all([
      sql<{ id: string; parentId: string | null }[]>`
        with recursive tree as (
          select id, 0 as depth
            from lpn
           where company_id = ${company} and id = ${root.id}
           union all
          select child.id, tree.depth + 1
            from tree
            join lpn child on child.company_id = ${company} and child.parent_id = tree.id
           where tree.depth < ${DEEPEST}
        )
        select plate.id, plate.sscc, plate.kind, nullif(plate.parent_id, ${NIL}) as parent_id, plate.site_id, site.code as site, plate.location_id,
               place.code as location, place.kind as location_kind, plate.closed_at, plate.ended_at
          from tree
          join lpn plate on plate.company_id = ${company} and plate.id = tree.id
          join site on site.company_id = ${company} and site.id = plate.site_id
          join location place on place.company_id = ${company} and place.id = plate.location_id
         order by tree.depth, plate.sscc
         limit 500`,
      sql`
        with recursive chain as (
          select parent_id, 0 as depth
            from lpn
           where company_id = ${company} and id = ${root.id}
           union all
          select plate.parent_id, chain.depth + 1
            from chain
            join lpn plate on plate.company_id = ${company} and plate.id = chain.parent_id
           where chain.depth < ${DEEPEST}
        )
        select plate.id, plate.sscc
          from chain
          join lpn plate on plate.company_id = ${company} and plate.id = chain.parent_id
         order by chain.depth desc`,
      sql`
        with recursive tree as (
          select id, 0 as depth
            from lpn
           where company_id = ${company} and id = ${root.id}
           union all
          select child.id, tree.depth + 1
            from tree
            join lpn child on child.company_id = ${company} and child.parent_id = tree.id
           where tree.depth < ${DEEPEST}
        )
        select bin.lpn_id as plate_id, bin.item_id, item.sku, item.name as description, item.base_uom as uom, nullif(bin.lot_id, ${NIL}) as lot_id, lot.code as lot, lot.expires_on,
               nullif(bin.owner_id, ${NIL}) as owner_id, owner.name as owner, bin.status, bin.on_hand, bin.tasked,
               array(select serial.code
                       from serial
                      where serial.company_id = ${company} and serial.location_id = bin.location_id and serial.item_id = bin.item_id and serial.in_stock
                        and serial.lot_id = bin.lot_id and serial.lpn_id = bin.lpn_id and serial.owner_id = bin.owner_id and serial.status = bin.status
                      order by serial.code
                      limit 10000) as serials
          from tree
          join stock_balance bin on bin.company_id = ${company} and bin.lpn_id = tree.id and bin.on_hand > 0
          join item on item.company_id = ${company} and item.id = bin.item_id
          left join lot on lot.company_id = ${company} and lot.id = bin.lot_id
          left join party owner on owner.company_id = ${company} and owner.id = bin.owner_id
         order by tree.depth, item.sku, lot.code, bin.status
         limit 5000`,
    ])
    return { plate: plates.find((plate) => plate.id === root.id)!, on, plates: plates.slice(1), contents } as never
  },
})

const Row = t.object({
  id: t.id('lpn'),
  sscc: t.text(),
  kind: t.text(),
  site: t.text(),
  location: t.text(),
  parent: t.nullable(t.text()),
  items: t.int(),
  onHand: t.qty(),
  state: t.oneOf(['open', 'closed', 'ended']),
})

/** Plates that stand in the house, by place. */
export const plates = query({
  title: 'Plates',
  route: 'GET /stock/plates',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Row),
  run: ({ siteId, ...input }, ctx) =>
    // siteId is a checked uuid (schema) and admitted.
    listPage(
      ctx,
      {
        from: `lpn plate
          join site on site.company_id = plate.company_id and site.id = plate.site_id
          join location place on place.company_id = plate.company_id and place.id = plate.location_id
          left join lpn parent on parent.company_id = plate.company_id and parent.id = plate.parent_id
          left join lateral (
               select count(distinct b.item_id)::int as items, sum(b.on_hand)::int8 as on_hand
                 from stock_balance b
                where b.company_id = plate.company_id and b.lpn_id = plate.id and b.on_hand > 0) goods on true`,
        where: `plate.company_id = $1${siteId === undefined ? '' : ` and plate.site_id = '${siteId}'`}`,
        select: `plate.id, plate.sscc, plate.kind, site.code as site, place.code as location, parent.sscc as parent, coalesce(goods.items, 0) as items,
          coalesce(goods.on_hand, 0) as on_hand, case when plate.ended_at is not null then 'ended' when plate.closed_at is not null then 'closed' else 'open' end as state`,
        id: 'plate.id',
        columns: {
          sscc: { sql: 'plate.sscc', type: 'code' },
          kind: { sql: 'plate.kind', type: 'code' },
          location: { sql: 'place.code', type: 'code' },
          parent: { sql: 'parent.sscc', type: 'code', nullable: true },
          onHand: { sql: 'coalesce(goods.on_hand, 0)', type: 'int' },
          state: {
            sql: `case when plate.ended_at is not null then 'ended' when plate.closed_at is not null then 'closed' else 'open' end`,
            type: 'code',
          },
        },
        defaultSort: 'location',
        search: ['lpn'],
      },
      input,
    ) as never,
})
