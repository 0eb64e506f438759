import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { indexSearch } from '../../../core/search.ts'
import { t } from '../../../core/t.ts'
import { placeOfKind } from '../../stock/index.ts'
import { candidates } from './candidates.ts'
import { makePickTasks, stageOf } from './pickTasks.ts'
import { lockUntasked } from './untasked.ts'
import { walkWave } from './walk.ts'

export const createWave = command({
  title: 'Create a wave of pick tasks',
  route: 'POST /warehouse/waves',
  permission: 'warehouse.wave',
  admits: { siteId: 'site', orderIds: ['sales_order', 'order_site'], transferIds: 'transfer_order' },
  emits: ['wave.created'],
  input: t.object({
    siteId: t.id('site'),
    orderIds: t.optional(t.list(t.id('sales_order'), { max: 500, min: 1 })),
    transferIds: t.optional(t.list(t.id('transfer_order'), { max: 500, min: 1 })),
    maxOrders: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: t.object({
    id: t.id('wave'),
    number: t.text(),
    orders: t.int({ min: 1 }),
    lines: t.int({ min: 1 }),
    tasks: t.int({ min: 1 }),
    /** Base units that are allocated but in no bin a picker may go to: they wait for the next wave. */
    untasked: t.qty(),
  }),
  async run({ siteId, orderIds, transferIds, maxOrders }, ctx, call) {
    const { sql, company, now } = ctx
    const named = orderIds || transferIds ? [...(orderIds ?? []), ...(transferIds ?? [])] : null
    const found = await candidates(ctx, siteId, named, maxOrders ?? 200)
    const wants =
      found.length === 0
        ? []
        : await lockUntasked(
            ctx,
            found.map((line) => line.lineId),
          )
    const here = wants.filter((want) => want.siteId === siteId)
    if (here.length === 0)
      throw new Refusal(
        'nothing_to_pick',
        'No released order or transfer of this site has allocated goods that are not in a wave yet.',
      )
    const entityId = found[0]!.entityId
    const [stages, [number]] = await Promise.all([
      placeOfKind(ctx, [siteId], 'stage'),
      ctx.numbers(entityId, 'wave', 1),
    ])
    const id = ctx.id()
    const stageId = stageOf(stages, siteId)
    await sql`
      insert into wave
      select * from json_populate_recordset(null::wave, ${rowsJson([{ companyId: company, id, number, siteId, recordedAt: now }])}::text::json)`
    const tasks = await makePickTasks(ctx, here, () => ({ waveId: id, seq: null, entityId, stageId }))
    if (tasks.length === 0)
      throw new Refusal(
        'no_bins',
        'The allocated goods are in no bin that may be picked from: look for open counts and goods not put away.',
      )
    await walkWave(ctx, { id, siteId, stageId }, tasks)
    const orders = [...new Set(tasks.map((task) => task.orderId))]
    const kinds = new Map(found.map((line) => [line.orderId, line.kind]))
    const links = orders.map((orderId) => ({
      companyId: company,
      fromKind: kinds.get(orderId) === 'transfer' ? 'transfer_order' : 'sales_order',
      fromId: orderId,
      toKind: 'wave',
      toId: id,
      kind: 'picked_in',
      recordedAt: now,
    }))
    await sql`
      insert into document_link
      select * from json_populate_recordset(null::document_link, ${rowsJson(links)}::text::json)`
    await indexSearch(
      ctx,
      [{ kind: 'wave', id, ref: number!, title: `${orders.length} orders`, codes: [number!], siteId }],
      { fresh: true },
    )
    ctx.emit(call, 'wave.created', { id, siteId })
    const sum = (rows: readonly { qty: number }[]) => rows.reduce((total, row) => total + row.qty, 0)
    return {
      id,
      number: number!,
      orders: orders.length,
      lines: new Set(tasks.map((task) => task.demandLineId)).size,
      tasks: tasks.length,
      untasked: sum(here) - sum(tasks),
    }
  },
})
