import { command, query } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { listInput, NIL, page, type Static, t } from '../../../core/t.ts'
import { lotOrders } from './chooseLots.ts'

const Said = {
  /** Which lot leaves first; null, like all of these: this rule says nothing about it. */
  lotOrder: t.nullable(t.oneOf(lotOrders)),
  minShelfDays: t.nullable(t.int({ min: 0, max: 20_000, title: 'Least shelf life on arrival, days' })),
  maxLots: t.nullable(t.int({ min: 0, max: 1_000, title: 'Lots a line may mix, 0 for any number' })),
  neverOlder: t.nullable(t.bool()),
}
const RuleInput = t.object({
  /** Left out: any customer. */
  partyId: t.optional(t.id('party')),
  /** Left out: any item. */
  itemId: t.optional(t.id('item')),
  ...Said,
})

/**
 * Which lots leave first, by item, by customer, or by both; the closest rule that says something holds. What is allocated
 * already stays; lines that still wait are served by the rule of the day. A rule that says nothing is taken away.
 */
export const saveLotRules = command({
  title: 'Save rules about lots',
  route: 'POST /promise/lot-rules',
  permission: 'promise.rules',
  admits: { 'rules.partyId': 'party', 'rules.itemId': 'item' },
  input: t.object({ rules: t.list(RuleInput, { min: 1, max: 1_000 }) }),
  output: t.object({ saved: t.int(), removed: t.int() }),
  lines: ({ rules }) => rules.length,
  async run({ rules }, { sql, company, id }) {
    const rows = rules.map(({ partyId = NIL, itemId = NIL, ...said }) => ({
      companyId: company,
      id: id(),
      partyId,
      itemId,
      ...said,
      version: 1,
    }))
    refuseTwice(
      'rules',
      rules.map((_, no) => `${rows[no]!.partyId} ${rows[no]!.itemId}`),
    )
    const alone = rows.findIndex((row) => row.partyId === NIL && row.neverOlder !== null)
    if (alone >= 0)
      throw new Refusal('needs_customer', '“Never older than the last” is said of a customer: name one.', 422, [
        { path: `rules.${alone}.partyId`, message: 'a customer is needed' },
      ])
    const gone = rows.filter(({ lotOrder, minShelfDays, maxLots, neverOlder }) =>
      [lotOrder, minShelfDays, maxLots, neverOlder].every((one) => one === null),
    )
    const kept = rows.filter((row) => !gone.includes(row))
    const removed = await sql<{ partyId: string }[]>`
      delete from lot_rule
       using unnest(${gone.map((r) => r.partyId)}::uuid[], ${gone.map((r) => r.itemId)}::uuid[]) as given (party_id, item_id)
       where lot_rule.company_id = ${company} and lot_rule.party_id = given.party_id and lot_rule.item_id = given.item_id
      returning lot_rule.party_id`
    await sql`
      insert into lot_rule as old
      select *
        from json_populate_recordset(null::lot_rule, ${rowsJson(kept)}::text::json) as given
       order by given.party_id, given.item_id
      on conflict (company_id, party_id, item_id) do update
         set lot_order = excluded.lot_order, min_shelf_days = excluded.min_shelf_days, max_lots = excluded.max_lots,
             never_older = excluded.never_older, version = old.version + 1`
    return { saved: kept.length, removed: removed.length }
  },
})

const RuleRow = t.object({
  id: t.id('lot_rule'),
  partyId: t.nullable(t.id('party')),
  party: t.nullable(t.text()),
  itemId: t.nullable(t.id('item')),
  sku: t.nullable(t.text()),
  ...Said,
  version: t.int(),
})
const list: ListDefinition = {
  from: `lot_rule rule
    left join party on party.company_id = rule.company_id and party.id = rule.party_id
    left join item on item.company_id = rule.company_id and item.id = rule.item_id`,
  where: 'rule.company_id = $1',
  select: `rule.id, party.id as party_id, party.name as party, item.id as item_id, item.sku,
    rule.lot_order, rule.min_shelf_days, rule.max_lots, rule.never_older, rule.version`,
  id: 'rule.id',
  columns: {
    party: { sql: 'party.name', type: 'text', nullable: true },
    sku: { sql: 'item.sku', type: 'code', nullable: true },
    lotOrder: { sql: 'rule.lot_order', type: 'code', nullable: true },
    minShelfDays: { sql: 'rule.min_shelf_days', type: 'int', nullable: true },
    maxLots: { sql: 'rule.max_lots', type: 'int', nullable: true },
    neverOlder: { sql: 'rule.never_older', type: 'bool', nullable: true },
  },
  defaultSort: 'sku',
  words: ['party.name', 'item.sku'],
}

export const lotRules = query({
  title: 'Rules about lots',
  route: 'GET /promise/lot-rules',
  permission: 'promise.read',
  input: listInput(),
  output: page(RuleRow),
  run: (input, ctx) => listPage<Static<typeof RuleRow>>(ctx, list, input),
})
