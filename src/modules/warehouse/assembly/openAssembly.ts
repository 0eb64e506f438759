import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { indexSearch } from '../../../core/search.ts'
import { t } from '../../../core/t.ts'
import { type Kit, readAssemblies } from '../../catalog/index.ts'
import { allocateLines, type NewDemand, promiseNewDemand, replan, tellReplanned } from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { comingOf } from './coming.ts'
import { unitsFor } from './lockAssembly.ts'

/** After the customers of class 0 to 8: who is promised a component keeps it, and what comes goes to them first. */
const DEFAULT_PRIORITY = 9

/**
 * Kits to be made to stock: their components are demanded, promised and set aside like an order's, first-expiring lots first,
 * and as many kits as there are components for are a supply that orders for the kit are promised from.
 */
export const openAssembly = command({
  title: 'Open an assembly of kits to stock',
  route: 'POST /warehouse/assemblies',
  permission: 'warehouse.assemble',
  admits: { siteId: 'site', itemId: 'item' },
  emits: ['assembly.opened'],
  input: t.object({
    siteId: t.id('site'),
    /** The kit: an item with a list of components to assemble from. */
    itemId: t.id('item'),
    /** Base units of the kit. */
    qty: t.qty({ min: 1 }),
    /** The day on which they are wanted on the shelf; left out: today. */
    dueOn: t.optional(t.date()),
    /** 0 is served first; customers have 0 to 9. */
    priority: t.optional(t.int({ min: 0, max: 99 })),
    reference: t.optional(t.code({ max: 60 })),
  }),
  output: t.object({
    id: t.id('assembly_order'),
    number: t.text(),
    /** Kits that there are components for, and the day on which they can be there; the rest waits. */
    expected: t.qty(),
    dueOn: t.date(),
    parts: t.list(t.object({ itemId: t.id('item'), qty: t.qty(), allocated: t.qty(), backordered: t.qty() }), {
      max: 500,
    }),
  }),
  async run({ siteId, itemId, qty, dueOn, priority, reference }, ctx, call) {
    const { sql, company, now } = ctx
    const calendar = (await siteCalendars(ctx, [siteId])).get(siteId)!
    const today = localDay(calendar.zone, now)
    const kit = await listOf(ctx, itemId, qty)
    if (dueOn !== undefined && dueOn < today)
      throw new Refusal('day_past', `${dueOn} has passed already; give a day from today on.`, 422)
    const [number] = await ctx.numbers(calendar.entityId, 'assembly', 1)
    const id = ctx.id()
    const supplyId = ctx.id()
    const head = {
      ...{
        companyId: company,
        id,
        number: number!,
        entityId: calendar.entityId,
        siteId,
        itemId,
        qty,
        done: 0,
        cancelled: 0,
      },
      ...{ multiple: kit.multiple, orderedOn: today, dueOn: dueOn ?? today, priority: priority ?? DEFAULT_PRIORITY },
      ...{ supplyId, reference: reference ?? null, recordedAt: now, cancelReason: null, version: 1 },
    }
    const parts = kit.components.map((one, seq) => ({
      ...{
        companyId: company,
        id: ctx.id(),
        assemblyId: id,
        siteId,
        seq,
        itemId: one.itemId,
        num: one.num,
        den: one.den,
      },
    }))
    const demands = parts.map((part) => demandOf(head, part))
    let coming = { expected: 0, dueOn: head.dueOn }
    const moved = await replan(ctx, {
      siteItems: [{ siteId, itemId }],
      cause: { kind: 'supply', id: supplyId, ref: number! },
      also: demands,
      change: async () => {
        await sql`
          insert into supply
          select * from json_populate_recordset(null::supply, ${rowsJson([
            {
              ...{
                companyId: company,
                id: supplyId,
                siteId,
                itemId,
                kind: 'assembly',
                reference: number,
                partyId: null,
              },
              ...{
                dueOn: head.dueOn,
                expected: 0,
                received: 0,
                promised: 0,
                version: 1,
                recordedAt: now,
                assemblyId: id,
              },
            },
          ])}::text::json)`
        await sql`
          insert into assembly_order
          select * from json_populate_recordset(null::assembly_order, ${rowsJson([head])}::text::json)`
        await sql`
          insert into assembly_part
          select * from json_populate_recordset(null::assembly_part, ${rowsJson(parts)}::text::json)`
        await promiseNewDemand(ctx, demands)
        coming = await comingOf(ctx, { ...head, today })
        return [{ id: supplyId, ...coming }]
      },
    })
    const got = await allocateLines(
      ctx,
      demands.map((demand) => demand.id),
      { release: true },
    )
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    await indexSearch(
      ctx,
      [
        {
          kind: 'assembly_order',
          id,
          ref: number!,
          title: `Assembly of ${qty}`,
          codes: [number!, ...(reference ? [reference] : [])],
          siteId,
        },
      ],
      { fresh: true },
    )
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'assembly.opened', { id, siteId })
    const lines = await sql<{ id: string; backordered: number }[]>`
      select id, backordered from demand_line where company_id = ${company} and ref_id = ${id}`
    return {
      ...{ id, number: number!, ...coming },
      parts: demands.map((demand) => ({
        itemId: demand.itemId,
        qty: demand.need,
        allocated: got.find((line) => line.id === demand.id)?.allocated ?? 0,
        backordered: lines.find((line) => line.id === demand.id)!.backordered,
      })),
    }
  },
})

/** What so many of a kit are assembled from, or why they are not. */
export const listOf = async (ctx: Ctx, itemId: string, qty: number): Promise<Kit> => {
  const { sql, company } = ctx
  const [kits, [item]] = await Promise.all([
    readAssemblies(ctx, [itemId]),
    sql<{ sku: string; catchWeight: boolean; active: boolean }[]>`
      select sku, catch_weight, active from item where company_id = ${company} and id = ${itemId}`,
  ])
  const { sku, catchWeight } = item!
  const kit = kits.get(itemId)
  if (!kit)
    throw new Refusal('no_list', `${sku} has no list of components to assemble from: save one for it first.`, 422)
  if (catchWeight)
    throw new Refusal(
      'kit_weighed',
      `${sku} is sold by weight: what each piece weighs is not known from its list.`,
      422,
    )
  if (qty % kit.multiple !== 0)
    throw new Refusal(
      'not_whole',
      `${sku} is made in multiples of ${kit.multiple}: no component of it can be divided.`,
      422,
    )
  return kit
}

const demandOf = (
  head: { id: string; siteId: string; qty: number; priority: number; orderedOn: string; dueOn: string },
  part: { id: string; seq: number; itemId: string; num: number; den: number },
): NewDemand => {
  const need = unitsFor(part, head.qty)
  return {
    ...{
      id: part.id,
      kind: 'kit',
      orderLineId: null,
      lineQty: need,
      component: 0,
      orderId: head.id,
      lineNo: part.seq + 1,
    },
    ...{ siteId: head.siteId, partyId: null, channelId: null, itemId: part.itemId, need, step: 1 },
    ...{ priority: head.priority, orderedOn: head.orderedOn, requestedOn: head.orderedOn, routeDays: 0 },
    ...{ minShelfDays: 0, partialPolicy: 'partial', cancelBy: null },
  }
}
