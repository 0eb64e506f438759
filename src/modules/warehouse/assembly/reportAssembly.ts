import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import {
  allocateLines,
  lockDemand,
  lockScene,
  MovedLines,
  namedMoves,
  pickedAllocations,
  replan,
  shippedAllocations,
  tellReplanned,
} from '../../promise/index.ts'
import { demandSerials, postMoves, serialsArriving } from '../../stock/index.ts'
import { arrivingLot, lotFacts, lotsFor } from '../receive/lots.ts'
import { placesFor } from '../receive/receiving.ts'
import { comingOf } from './coming.ts'
import { lockAssembly, partsOfAssembly } from './lockAssembly.ts'
import { intoProduction, productionOf } from './making.ts'
import { chooseUses, type Use, UsedInput } from './uses.ts'

/**
 * Kits that are done: their components leave their bins for the place of production, and the kits come from there onto the
 * shelf, in one transaction. Whoever was promised a kit of them is allocated it.
 */
export const reportAssembly = command({
  title: 'Report assembled kits',
  route: 'POST /warehouse/assemblies/:assemblyId/reports',
  permission: 'warehouse.assemble',
  admits: {
    assemblyId: 'assembly_order',
    locationId: 'location',
    'used.itemId': 'item',
    'used.locationId': 'location',
    'used.lotId': 'lot',
  },
  emits: ['assembly.reported'],
  input: t.object({
    assemblyId: t.id('assembly_order'),
    /** Base units of the kit. */
    qty: t.qty({ min: 1 }),
    /** Where they are put; left out: the kit's home bin, else the dock. */
    locationId: t.optional(t.id('location')),
    /** Of a kit tracked by lot. Left out, its day is that of its first-expiring component. */
    lotCode: t.optional(t.code({ max: 60 })),
    expiresOn: t.optional(t.date()),
    /** Of a kit tracked by serial number: one for each. */
    serials: t.optional(t.list(t.code({ max: 60 }), { max: 10_000 })),
    used: t.optional(t.list(UsedInput, { max: 2_000 })),
  }),
  output: t.object({
    id: t.id('assembly_report'),
    number: t.text(),
    done: t.qty(),
    open: t.qty(),
    used: t.list(
      t.object({ itemId: t.id('item'), lotId: t.nullable(t.id('lot')), locationId: t.id('location'), qty: t.qty() }),
      { max: 10_000 },
    ),
    affected: MovedLines,
  }),
  lines: ({ used, serials }) => 10 + (used?.length ?? 0) + (serials?.length ?? 0),
  async run({ assemblyId, qty, locationId, lotCode, expiresOn, serials, used = [] }, ctx, call) {
    const { sql, company, now } = ctx
    const order = await lockAssembly(ctx, assemblyId)
    const { siteId, itemId, number, done, cancelled, multiple } = order
    const open = order.qty - done - cancelled
    if (qty > open) throw new Refusal('not_open', `${open} of assembly ${number} are still to be made.`)
    if (qty % multiple !== 0) throw new Refusal('not_whole', `These kits are made in multiples of ${multiple}.`, 422)
    const parts = await partsOfAssembly(ctx, assemblyId)
    const scene = await lockScene(ctx, [{ siteId, itemId }], {
      lineIds: parts.map((part) => part.id),
      also: parts.map((part) => ({ siteId, itemId: part.itemId })),
      between: () => lockDemand(ctx, assemblyId),
    })
    const uses = await chooseUses(ctx, order, parts, qty, used)
    const day = expiresOn ?? (lotCode === undefined ? undefined : await firstExpiry(ctx, uses))
    const arriving = { itemId, status: 'available', ...(lotCode !== undefined && { lotCode, madeOn: order.today }) }
    const [lotId] = await lotsFor(ctx, [{ ...arriving, ...(day !== undefined && { expiresOn: day }) }], order.today)
    const lot = (await lotFacts(ctx, [lotId!])).get(lotId!)
    const pieces = await kitPieces(ctx, itemId, qty, serials)
    const [placeId] = await placesFor(ctx, siteId, [
      { itemId, status: 'available', ...(locationId !== undefined && { locationId }) },
    ])
    const reportId = ctx.id()
    const reportNo = await nextNumber(ctx, assemblyId, number)
    const moved = await replan(ctx, {
      siteItems: [{ siteId, itemId }],
      scene,
      cause: { kind: 'receipt', id: reportId, ref: reportNo },
      // Components may have come since it was last said what it brings.
      change: async () => [{ id: order.supplyId, received: qty, ...(await comingOf(ctx, order)) }],
      coming: [{ siteId, itemId, available: lot?.held ? 0 : qty, lot: arrivingLot(lot) }],
    })
    await pickedAllocations(
      ctx,
      uses.map((use) => ({ allocationId: use.allocationId, qty: use.qty, untasked: 0, weightG: null })),
    )
    await shippedAllocations(
      ctx,
      uses.map((use) => ({ allocationId: use.allocationId, qty: use.qty, demandLineId: use.partId })),
    )
    const making = {
      ...{ reportId, kind: 'assembly' as const, productionId: await productionOf(ctx, siteId) },
      ...{ actorId: call.actor.id, device: call.device },
    }
    const rows = uses.map((use) => ({ ...use, lineId: ctx.id() }))
    await postMoves(ctx, [
      ...(await intoProduction(ctx, making, rows, { release: true })),
      {
        ...{ itemId, lotId: lotId!, qty, ...(pieces && { serials: pieces }) },
        ...{
          fromLocationId: making.productionId,
          fromStatus: 'available',
          toLocationId: placeId!,
          toStatus: 'available',
        },
        ...{ causeKind: 'assembly', causeId: reportId, actorId: call.actor.id, device: call.device },
      },
    ])
    const report = {
      ...{
        companyId: company,
        id: reportId,
        number: reportNo,
        kind: 'assembly',
        assemblyId,
        siteId,
        itemId,
        lotId,
        qty,
      },
      ...{ locationId: placeId, reason: null, actorId: call.actor.id, recordedAt: now },
    }
    await sql`
      insert into assembly_report
      select * from json_populate_recordset(null::assembly_report, ${rowsJson([report])}::text::json)`
    const useRows = rows.map((use) => ({
      ...{ companyId: company, id: use.lineId, reportId, partId: use.partId, allocationId: use.allocationId, siteId },
      ...{ itemId: use.itemId, lotId: use.lotId, locationId: use.locationId, qty: use.qty },
    }))
    await sql`
      insert into assembly_use
      select * from json_populate_recordset(null::assembly_use, ${rowsJson(useRows)}::text::json)`
    await sql`
      update assembly_order
         set done = done + ${qty}, version = version + 1
       where company_id = ${company} and id = ${assemblyId}`
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'assembly.reported', { id: assemblyId, siteId })
    return {
      ...{ id: reportId, number: reportNo, done: done + qty, open: open - qty },
      used: uses.map((use) => ({
        itemId: use.itemId,
        lotId: use.lotId === NIL ? null : use.lotId,
        locationId: use.locationId,
        qty: use.qty,
      })),
      affected: await namedMoves(ctx, moved),
    }
  },
})

/** A kit is good as long as what goes off first in it. */
const firstExpiry = async ({ sql, company }: Ctx, uses: readonly Use[]): Promise<string | undefined> => {
  const [row] = await sql<{ on: string | null }[]>`
    select min(expires_on) as on
      from lot
     where company_id = ${company} and id = any (${uses.map((use) => use.lotId)}::uuid[])`
  return row!.on ?? undefined
}

export const kitPieces = async (ctx: Ctx, itemId: string, qty: number, serials: readonly string[] | undefined) => {
  const path = () => 'serials'
  await demandSerials(ctx, [{ itemId, qty, ...(serials && { serials }) }], path)
  if (!serials?.length) return undefined
  const [pieces] = await serialsArriving(ctx, [{ itemId, codes: serials, path: 'serials' }], 'production')
  return pieces
}

const nextNumber = async ({ sql, company }: Ctx, assemblyId: string, number: string): Promise<string> => {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int + 1 as n from assembly_report where company_id = ${company} and assembly_id = ${assemblyId}`
  return `${number}/${row!.n}`
}
