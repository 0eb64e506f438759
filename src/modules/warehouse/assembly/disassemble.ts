import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { allocateLines, MovedLines, namedMoves, replan, tellReplanned } from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { demandSerials, meantFields, ownersByIds, postMoves, serialsArriving, stockMeant } from '../../stock/index.ts'
import { refuseAllocated, refuseClaimed } from '../bins/claims.ts'
import { demandPlace } from '../bins/places.ts'
import { arrivingLot, lotFacts, lotsFor } from '../receive/lots.ts'
import { placesFor } from '../receive/receiving.ts'
import { unitsFor } from './lockAssembly.ts'
import { intoProduction, productionOf } from './making.ts'
import { listOf } from './openAssembly.ts'

const Part = t.object({
  itemId: t.id('item'),
  qty: t.qty({ min: 1 }),
  /** Left out: its home bin, else the dock; the quarantine for what is not available. */
  locationId: t.optional(t.id('location')),
  status: t.optional(t.oneOf(['available', 'quarantine', 'damaged'])),
  lotCode: t.optional(t.code({ max: 60 })),
  expiresOn: t.optional(t.date()),
  serials: t.optional(t.list(t.code({ max: 60 }), { max: 10_000 })),
})

/** Kits taken apart: they leave their bin, and their components come back by the kit's list, each with its lot or number. */
export const disassemble = command({
  title: 'Take kits apart',
  route: 'POST /warehouse/disassemblies',
  permission: 'warehouse.assemble',
  admits: {
    itemId: 'item',
    lotId: 'lot',
    lpnId: 'lpn',
    ownerId: 'party',
    locationId: 'location',
    'parts.itemId': 'item',
    'parts.locationId': 'location',
  },
  emits: ['assembly.taken_apart'],
  input: t.object({
    ...meantFields(),
    locationId: t.id('location'),
    reason: t.text({ min: 3, max: 200 }),
    /** Where components go and of which lot or number they are. Left out of a component: all of it, good, to its home bin. */
    parts: t.optional(t.list(Part, { max: 500 })),
  }),
  output: t.object({ id: t.id('assembly_report'), number: t.text(), affected: MovedLines }),
  async run({ reason, parts = [], ...meant }, ctx, call) {
    const { sql, company, now } = ctx
    const { itemId, qty, locationId } = meant
    const { siteId } = await demandPlace(ctx, locationId, ['storage', 'pick', 'dock', 'quarantine'])
    const kit = await listOf(ctx, itemId, qty)
    const calendar = (await siteCalendars(ctx, [siteId])).get(siteId)!
    const [goods] = await stockMeant(ctx, [meant], () => 'serials')
    const back = kit.components.flatMap((one) => {
      const need = unitsFor(one, qty)
      const said = parts.filter((part) => part.itemId === one.itemId)
      if (said.length === 0) return [{ itemId: one.itemId, qty: need, status: 'available' as const }]
      const total = said.reduce((sum, part) => sum + part.qty, 0)
      if (total !== need)
        throw new Refusal(
          'wrong_quantity',
          `${need} of ${one.sku} are in these kits; ${total} were named. Broken ones come back as damaged.`,
          422,
        )
      return said.map((part) => ({ ...part, status: part.status ?? ('available' as const) }))
    })
    const strange = parts.find((part) => !kit.components.some((one) => one.itemId === part.itemId))
    if (strange) throw new Refusal('not_in_kit', 'Only components of this kit come out of it.', 422)
    const lots = await lotsFor(ctx, back, localDay(calendar.zone, now))
    const path = (at: number) => `parts.${at}.serials`
    await demandSerials(ctx, back, path)
    const pieces = await serialsArriving(
      ctx,
      back.map(({ itemId: id, ...part }, at) => ({
        itemId: id,
        codes: 'serials' in part ? (part.serials ?? []) : [],
        path: path(at),
      })),
      'production',
    )
    const [facts, owners, places, [number]] = await Promise.all([
      lotFacts(ctx, [...lots, ...goods!.map((row) => row.lotId)]),
      ownersByIds(
        ctx,
        goods!.map((row) => row.ownerId),
      ),
      placesFor(ctx, siteId, back),
      ctx.numbers(calendar.entityId, 'assembly', 1),
    ])
    const sold = (row: { status: string; lotId: string; ownerId?: string }): boolean =>
      row.status === 'available' && !facts.get(row.lotId)?.held && owners.get(row.ownerId ?? NIL) !== 'customer'
    if (goods!.some((row) => owners.get(row.ownerId) === 'customer'))
      throw new Refusal('stored_goods', 'A customer’s own goods are not taken apart.')
    const reportId = ctx.id()
    const moved = await replan(ctx, {
      siteItems: [itemId, ...kit.components.map((one) => one.itemId)].map((id) => ({ siteId, itemId: id })),
      cause: { kind: 'found', id: reportId, ref: number! },
      coming: [
        ...goods!.map((row) => ({
          ...{ siteId, itemId, available: sold(row) ? -row.qty : 0 },
          lot: arrivingLot(facts.get(row.lotId), row.ownerId),
        })),
        ...back.map((part, at) => ({
          ...{ siteId, itemId: part.itemId, available: sold({ ...part, lotId: lots[at]! }) ? part.qty : 0 },
          lot: arrivingLot(facts.get(lots[at]!)),
        })),
      ],
    })
    await refuseAllocated(ctx, siteId, goods!)
    await refuseClaimed(ctx, goods!, 'below_allocated')
    const making = {
      ...{ reportId, kind: 'disassembly' as const, productionId: await productionOf(ctx, siteId) },
      ...{ actorId: call.actor.id, device: call.device },
    }
    await postMoves(ctx, [
      ...(await intoProduction(ctx, making, goods!, { release: false })),
      ...back.map((part, at) => ({
        ...{ itemId: part.itemId, lotId: lots[at]!, qty: part.qty, fromLocationId: making.productionId },
        ...(pieces[at]!.length > 0 && { serials: pieces[at]! }),
        ...{ fromStatus: part.status, toLocationId: places[at]!, toStatus: part.status, reason },
        ...{ causeKind: 'disassembly', causeId: reportId, actorId: call.actor.id, device: call.device },
      })),
    ])
    const report = {
      ...{ companyId: company, id: reportId, number, kind: 'disassembly', assemblyId: null, siteId, itemId, qty },
      ...{ lotId: goods![0]!.lotId, locationId, reason, actorId: call.actor.id, recordedAt: now },
    }
    await sql`
      insert into assembly_report
      select * from json_populate_recordset(null::assembly_report, ${rowsJson([report])}::text::json)`
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'assembly.taken_apart', { id: reportId, siteId })
    return { id: reportId, number: number!, affected: await namedMoves(ctx, moved) }
  },
})
