import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { allocateLines, changeTerms, type NewTerms, tellReplanned } from '../../promise/index.ts'

/**
 * A customer is of another service class: what they wait for takes its new place in the queue, unless an order says a class
 * of its own. Runs after `party.reclassed`; what is allocated or in the frozen zone stays.
 */
export const reclassify = command({
  title: "Put a customer's open orders into their service class",
  route: 'POST /sales/customers/:partyId/reclassify',
  permission: 'sales.priority',
  admits: { partyId: 'party' },
  input: t.object({ partyId: t.id('party') }),
  output: t.object({ lines: t.int(), moved: t.int() }),
  async run({ partyId }, ctx, call) {
    const { sql, company } = ctx
    const lines = await sql<{ id: string; orderId: string; priority: number }[]>`
      select line.id, line.ref_id as order_id, party.service_class as priority
        from party
        join sales_order o on o.company_id = ${company} and o.party_id = party.id and o.state = 'confirmed' and o.priority is null
        join demand_line line on line.company_id = ${company} and line.ref_id = o.id and line.qty > line.shipped + line.cancelled and line.priority <> party.service_class
       where party.company_id = ${company} and party.id = ${partyId}`
    const mates = await sql<{ id: string }[]>`
      select id from demand_line where company_id = ${company} and ref_id = any (${[...new Set(lines.map((line) => line.orderId))]}) and qty > shipped + cancelled`
    const moved = await changeTerms(
      ctx,
      new Map(lines.map(({ id, priority }): [string, NewTerms] => [id, { priority }])),
      mates.map((line) => line.id),
      { kind: 'priority', id: partyId },
    )
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, moved)
    return { lines: lines.length, moved: moved.filter((line) => line.changed).length }
  },
})
