import { query } from '../../../core/capability.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { listInput, page, type Static, t } from '../../../core/t.ts'

const Row = t.object({
  id: t.id('stock_hold'),
  state: t.oneOf(['open', 'past', 'taken', 'released', 'expired', 'lost']),
  siteId: t.id('site'),
  site: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  partyId: t.id('party'),
  customer: t.text(),
  keptBy: t.text(),
  keptById: t.text(),
  qty: t.qty(),
  left: t.qty(),
  taken: t.qty(),
  valueMinor: t.nullable(t.amount()),
  currency: t.currency(),
  digits: t.int(),
  note: t.nullable(t.text()),
  madeAt: t.moment(),
  expiresAt: t.moment(),
  endedAt: t.nullable(t.moment()),
})
const STATE = `coalesce(hold.end_reason, case when hold.expires_at <= clock.now then 'past' else 'open' end)`
const list: ListDefinition = {
  from: `stock_hold hold
        cross join (select $2::timestamptz as now) clock
        join site on site.company_id = hold.company_id and site.id = hold.site_id
        join item on item.company_id = hold.company_id and item.id = hold.item_id
        join party on party.company_id = hold.company_id and party.id = hold.party_id
        join currency on currency.code = hold.currency`,
  where: 'hold.company_id = $1',
  select: `hold.id, ${STATE} as state, hold.site_id, site.code as site, hold.item_id, item.sku, item.name as description, item.base_uom as uom, hold.party_id, party.name as customer,
        hold.user_name as kept_by, hold.user_id as kept_by_id, hold.qty, hold.left_qty as left, hold.taken_qty as taken, hold.value_minor, hold.currency, currency.digits, hold.note,
        hold.made_at, hold.expires_at, hold.ended_at`,
  id: 'hold.id',
  columns: {
    state: { sql: STATE, type: 'code' },
    site: { sql: 'site.code', type: 'code' },
    sku: { sql: 'item.sku', type: 'code' },
    itemId: { sql: 'hold.item_id', type: 'id' },
    customer: { sql: 'party.name', type: 'text' },
    keptBy: { sql: 'hold.user_name', type: 'text' },
    qty: { sql: 'hold.qty', type: 'int' },
    left: { sql: 'hold.left_qty', type: 'int' },
    madeAt: { sql: 'hold.made_at', type: 'moment' },
    expiresAt: { sql: 'hold.expires_at', type: 'moment' },
  },
  defaultSort: 'expiresAt',
  words: ['item.sku', 'item.name', 'party.name', 'hold.user_name'],
}

/** What reps keep for whom and until when; everyone inside sees all of it. */
export const holds = query({
  title: 'Stock kept for customers',
  route: 'GET /promise/holds',
  permission: 'stock.read',
  input: listInput(),
  output: page(Row),
  run: (input, ctx) => listPage<Static<typeof Row>>(ctx, { ...list, params: [ctx.now] }, input),
})
