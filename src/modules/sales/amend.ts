import { type Call, command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { type Priced, taxOfDocument } from '../pricing/index.ts'
import { type LineTerms, orderTerms, refuseTerms, sourceTerms } from './change/terms.ts'
import { OrderHead, OrderLineInput } from './createOrder.ts'
import { findableOf, readHeads, refusalOf, rowsOf } from './heads.ts'
import { priceNoDearer } from './instead/priceNoDearer.ts'
import { type AskedLine, takeLines } from './instead/takeLines.ts'
import { refuseSources } from './sources/refuseSources.ts'

const Input = t.object({
  orderId: t.id('sales_order'),
  /** As it was read; an order that someone else has changed since is not overwritten. */
  version: t.optional(t.int({ min: 1 })),
  shipToId: t.optional(t.id('address')),
  customerPo: t.optional(t.nullable(t.code({ max: 60 }))),
  requestedOn: t.optional(t.date()),
  ...orderTerms,
  ...sourceTerms,
  /** All lines of the order: what is not named is gone. Left out: the lines stay, priced anew. */
  lines: t.optional(t.list(OrderLineInput, { min: 1, max: 10_000 })),
})

interface Draft {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly version: number
  readonly siteId: string
  readonly partyId: string
  readonly shipToId: string | null
  readonly customerPo: string | null
  readonly currency: string
  readonly orderedOn: string
  readonly requestedOn: string
  readonly priority: number | null
  readonly partialPolicy: string | null
  readonly cancelBy: string | null
  readonly goodsOwnerId: string | null
  readonly maxSplits: number | null
  readonly sourceSites: readonly string[] | null
}

/**
 * A draft changed: head fields and lines, priced and taxed anew with the prices of its order date (a new address can
 * change the tax, so even a change of the head alone prices again). A binding order is cancelled and entered again.
 */
export const amend = command({
  title: 'Change a draft order',
  route: 'POST /sales/orders/:orderId/amend',
  permission: 'sales.order',
  admits: {
    orderId: 'sales_order',
    shipToId: 'address',
    sourceSiteIds: 'site',
    'lines.itemId': 'item',
    'lines.insteadOf.itemId': 'item',
  },
  input: Input,
  output: OrderHead,
  emits: ['order.amended'],
  lines: (input) => input.lines?.length ?? 1,
  run: (input, ctx, call) => changeDraft(ctx, call, input),
})

/** @param standing the lines, where they do not come from who calls: nobody is asked about prices that stand already. */
export const changeDraft = async (
  ctx: Ctx,
  call: Pick<Call<unknown>, 'no' | 'actor'>,
  input: Static<typeof Input>,
  standing?: readonly AskedLine[],
): Promise<Static<typeof OrderHead>> => {
  const draft = await lockDraft(ctx, input)
  const { id, number, siteId, partyId, currency } = draft
  const shipToId = input.shipToId ?? draft.shipToId
  const customerPo = input.customerPo === undefined ? draft.customerPo : input.customerPo
  const entered = input.lines ?? standing ?? (await linesAsStored(ctx, id))
  const heads = await readHeads(ctx, [{ no: 0, partyId, siteId, shipToId, customerPo, amends: id }])
  const head = heads.get(0)!
  const theirs = draft.goodsOwnerId !== null
  const taken = (await takeLines(ctx, [{ no: 0, siteId, partyId, head, theirs, lines: entered }])).get(0)!
  const asked = taken.lines
  const priced = await priceNoDearer(
    ctx,
    asked.map((line, no) => ({
      no,
      partyId,
      siteId,
      shipToCountry: head.shipToCountry,
      date: draft.orderedOn,
      currency,
      ...line,
      ...(theirs && { priceMicro: 0 }),
    })),
  )
  // Prices that already stand were set by someone who may; only those in this call are asked about.
  const no = refusalOf(call.actor, { customerPo, lines: input.lines ?? [] }, head, priced, asked)
  const from = {
    maxSplits: input.maxSplits === undefined ? draft.maxSplits : input.maxSplits,
    sourceSiteIds: input.sourceSiteIds === undefined ? draft.sourceSites : input.sourceSiteIds,
  }
  const goods = theirs ? 'theirs' : 'ours'
  const strange = await refuseSources(ctx, [{ no: 0, partyId, siteId, ...from, goods }])
  const notThat = no ?? refuseTerms(call.actor, input, head.today) ?? strange.get(0) ?? taken.refusal
  if (notThat) throw notThat
  const terms = {
    priority: input.priority === undefined ? draft.priority : input.priority,
    partialPolicy: input.partialPolicy === undefined ? draft.partialPolicy : input.partialPolicy,
    cancelBy: input.cancelBy === undefined ? draft.cancelBy : input.cancelBy,
  }
  const lines = priced as Priced[]
  const { net, tax, gross } = taxOfDocument(lines)
  await ctx.sql`
      delete from sales_order_line
       where company_id = ${ctx.company} and order_id = ${id}`
  await ctx.sql`
      insert into sales_order_line
      select * from json_populate_recordset(null::sales_order_line, ${rowsJson(rowsOf(ctx, draft, asked, lines))}::text::json)`
  await ctx.sql`
      update sales_order
         set ship_to_id = ${head.shipToId}, customer_po = ${customerPo}, requested_on = ${input.requestedOn ?? draft.requestedOn},
             priority = ${terms.priority}, partial_policy = ${terms.partialPolicy}, cancel_by = ${terms.cancelBy},
             max_splits = ${from.maxSplits}, source_sites = ${from.sourceSiteIds as string[] | null}::uuid[],
             net = ${net}, tax = ${tax}, gross = ${gross}, line_count = ${lines.length}, version = version + 1
       where company_id = ${ctx.company} and id = ${id}`
  await indexSearch(ctx, [findableOf(draft, head.partyName, customerPo)])
  ctx.emit(call, 'order.amended', draft)
  const estimated = lines.some((line) => line.nominalWeightG !== null)
  return { id, number, net, tax, gross, estimated, currency, superseded: [...taken.superseded] }
}

const lockDraft = async ({ sql, company }: Ctx, { orderId, version }: Static<typeof Input>): Promise<Draft> => {
  const [draft] = await sql<Draft[]>`
    select id, number, state, version, site_id, party_id, ship_to_id, customer_po, currency, ordered_on, requested_on, priority, partial_policy, cancel_by, goods_owner_id, max_splits, source_sites
      from sales_order
     where company_id = ${company} and id = ${orderId}
       for update`
  if (draft!.state !== 'draft')
    throw new Refusal('not_a_draft', `Order ${draft!.number} is ${draft!.state}; cancel it and enter it again.`)
  if (version !== undefined && version !== draft!.version)
    throw new Refusal(
      'changed_meanwhile',
      `Order ${draft!.number} was changed by someone else since you opened it. Open it again.`,
    )
  return draft!
}

/** Prices set by hand stay; all others are asked for again. Which items they are was decided when they were entered. */
export const linesAsStored = async (
  { sql, company }: Ctx,
  orderId: string,
): Promise<(AskedLine & { id: string })[]> => {
  const rows = await sql<
    (Required<LineTerms> & {
      id: string
      itemId: string
      uom: string
      uomQty: number
      priceMicro: number
      priceUom: string
      manual: boolean
      insteadItemId: string | null
      insteadAgreed: string | null
      insteadDearer: string | null
      insteadQty: number | null
    })[]
  >`
    select id, item_id, uom, uom_qty, price_micro, price_uom, partial_policy, cancel_by, fill_or_kill, coalesce(explain -> 'steps' -> 0 ->> 'source' = 'manual', false) as manual,
           instead_item_id, instead_agreed, instead_dearer, instead_qty
      from sales_order_line
     where company_id = ${company} and order_id = ${orderId} and item_id is not null
     order by line_no`
  return rows.map(
    ({ manual, priceMicro, priceUom, insteadItemId, insteadAgreed, insteadDearer, insteadQty, ...line }) => ({
      ...line,
      keepItem: true,
      ...(manual && { priceMicro, priceUom }),
      ...(insteadItemId !== null && {
        insteadOf: { itemId: insteadItemId, agreedBy: insteadAgreed, dearer: insteadDearer, qty: insteadQty! },
      }),
    }),
  )
}
