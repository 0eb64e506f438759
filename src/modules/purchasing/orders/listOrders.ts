import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { localDaySql } from '../../sites/index.ts'
import { cameJoin, stageSql, stages } from './stage.ts'

const Row = t.object({
  id: t.id('purchase_order'),
  number: t.text(),
  supplier: t.text(),
  supplierName: t.text({ max: 300 }),
  site: t.text(),
  status: t.oneOf(stages),
  /** Some of it should have come. */
  late: t.bool(),
  orderedOn: t.date(),
  /** When the next of it is due; null: nothing is to come. */
  dueOn: t.nullable(t.date()),
  reference: t.nullable(t.text()),
  lines: t.int(),
  open: t.qty(),
  received: t.qty(),
  /** Of what is open: promised to customers already. */
  promised: t.qty(),
  net: t.needs('cost.read', t.int()),
  currency: t.text(),
})

export const orders = query({
  title: 'Purchase orders',
  route: 'GET /purchasing/orders',
  permission: 'purchasing.read',
  admits: { siteId: 'site', partyId: 'party' },
  input: listInput({ siteId: t.optional(t.id('site')), partyId: t.optional(t.id('party')) }),
  output: page(Row),
  run: ({ siteId, partyId, ...input }, ctx) => {
    const late = `coalesce(came.open > 0 and came.due_on < ${localDaySql(ctx.now)}, false)`
    return listPage(
      ctx,
      {
        from: `purchase_order o
          join party p on p.company_id = o.company_id and p.id = o.party_id
          join site on site.company_id = o.company_id and site.id = o.site_id${cameJoin}`,
        where: 'o.company_id = $1 and ($2::uuid is null or o.site_id = $2) and ($3::uuid is null or o.party_id = $3)',
        params: [siteId ?? null, partyId ?? null],
        select: `o.id, o.number, p.code as supplier, p.name as supplier_name, site.code as site, ${stageSql} as status, ${late} as late, o.ordered_on, came.due_on, o.reference,
          o.line_count as lines, came.open, came.received, came.promised, o.net, o.currency`,
        id: 'o.id',
        columns: {
          number: { sql: 'o.number', type: 'code' },
          supplier: { sql: 'p.code', type: 'code' },
          supplierName: { sql: 'p.name', type: 'text' },
          site: { sql: 'site.code', type: 'code' },
          status: { sql: stageSql, type: 'code', unsorted: true },
          late: { sql: late, type: 'bool', unsorted: true },
          orderedOn: { sql: 'o.ordered_on', type: 'date' },
          dueOn: { sql: 'came.due_on', type: 'date', nullable: true, unsorted: true },
          reference: { sql: 'o.reference', type: 'code', nullable: true },
          lines: { sql: 'o.line_count', type: 'int' },
          open: { sql: 'came.open', type: 'int', unsorted: true },
          recordedAt: { sql: 'o.recorded_at', type: 'moment' },
        },
        defaultSort: '-recordedAt',
        search: ['purchase_order'],
      },
      input,
    ) as never
  },
})
