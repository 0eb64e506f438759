import { query } from '../../core/capability.ts'
import { listPage } from '../../core/lists.ts'
import { listInput, page, t } from '../../core/t.ts'
import { Time } from './asOf/asOf.ts'

const Balance = t.object({
  /** Of the place and what stands there; no row of a table has it. */
  id: t.text({ max: 36 }),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  siteId: t.id('site'),
  site: t.text(),
  locationId: t.id('location'),
  location: t.text(),
  locationKind: t.text(),
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  lotHeld: t.bool(),
  lpnId: t.nullable(t.id('lpn')),
  sscc: t.nullable(t.text()),
  ownerId: t.nullable(t.id('party')),
  owner: t.nullable(t.text()),
  status: t.text(),
  onHand: t.int(),
  /** Units that open tasks will take; not kept by moment. */
  tasked: t.nullable(t.qty()),
  weightG: t.int(),
})

const KEY = `md5(s.location_id::text || s.item_id::text || s.lot_id::text || s.lpn_id::text || s.owner_id::text || s.status)::uuid`

/** Stock as it stands: one row for what is in a bin by item, lot, plate, owner and status; now, or at a moment. */
export const balances = query({
  title: 'Stock by bin, lot, plate, owner and status',
  route: 'GET /stock/balances',
  permission: 'stock.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')), at: t.optional(t.moment()), by: t.optional(Time) }),
  output: page(Balance),
  deadlineMs: 120_000,
  run: ({ siteId, at, by, ...input }, ctx) =>
    // siteId is a checked uuid (schema) and admitted; it stands in the text so that the plan may use it.
    listPage(
      ctx,
      {
        from:
          at === undefined
            ? `(select * from stock_balance where company_id = $1 and on_hand > 0${siteId === undefined ? '' : ` and site_id = '${siteId}'`}) s`
            : 'stock_as_of($1, $2, $3, $4, null) s',
        joins: {
          i: { each: 'join item i on i.company_id = $1 and i.id = s.item_id' },
          place: { each: 'join location place on place.company_id = $1 and place.id = s.location_id' },
          site: { each: 'join site on site.company_id = $1 and site.id = s.site_id' },
          lot: { each: 'left join lot on lot.company_id = $1 and lot.id = s.lot_id' },
          lpn: { each: 'left join lpn on lpn.company_id = $1 and lpn.id = s.lpn_id' },
          owner: { each: 'left join party owner on owner.company_id = $1 and owner.id = s.owner_id' },
        },
        params: at === undefined ? [] : [at, by === 'recorded', siteId ?? null],
        where: 's.on_hand <> 0',
        select: `${KEY} as id, s.item_id, i.sku, i.name as description, i.base_uom as uom, s.site_id, site.code as site, s.location_id, place.code as location, place.kind as location_kind,
          lot.id as lot_id, lot.code as lot, lot.expires_on, coalesce(lot.held, false) as lot_held, lpn.id as lpn_id, lpn.sscc,
          owner.id as owner_id, owner.name as owner, s.status, s.on_hand, ${at === undefined ? 's.tasked' : 'null::int8'} as tasked, s.weight_g`,
        id: KEY,
        columns: {
          sku: { sql: 'i.sku', type: 'code', on: ['i'] },
          description: { sql: 'i.name', type: 'text', on: ['i'] },
          site: { sql: 'site.code', type: 'code', on: ['site'] },
          bin: { sql: 'place.code', type: 'code', on: ['place'] },
          kind: { sql: 'place.kind', type: 'code', on: ['place'] },
          lot: { sql: 'lot.code', type: 'code', nullable: true, on: ['lot'] },
          expiresOn: { sql: 'lot.expires_on', type: 'date', nullable: true, on: ['lot'] },
          held: { sql: 'coalesce(lot.held, false)', type: 'bool', unsorted: true, on: ['lot'] },
          plate: { sql: 'lpn.sscc', type: 'code', nullable: true, on: ['lpn'] },
          owner: { sql: 'owner.code', type: 'code', nullable: true, on: ['owner'] },
          status: { sql: 's.status', type: 'code' },
          onHand: { sql: 's.on_hand', type: 'int' },
        },
        defaultSort: 'sku',
        words: ['i.sku', 'i.name', 'place.code', 'lot.code', 'lpn.sscc'],
        wordsOn: ['i', 'place', 'lot', 'lpn'],
      },
      input,
    ) as never,
})
