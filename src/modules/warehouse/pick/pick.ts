import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { pickedAllocations, tellReplanned } from '../../promise/index.ts'
import { type NewMove, offeredReasons, postMoves, type SerialRow, serialRows, wrongReason } from '../../stock/index.ts'
import { claimBins } from '../wave/pickTasks.ts'
import type { WeighedItem } from '../weights.ts'
import { pickFromPlates } from './fromPlates.ts'
import { lockKits } from './kitTasks.ts'
import { piecesFor, scannedPiece } from './pieces.ts'
import { type ScanWords, scanWords, wrongScan } from './scan.ts'
import { countBins, lockLines, type Reallocated, reallocate, type Short } from './short.ts'
import { weightOfPick } from './weighPick.ts'

interface TaskRow {
  id: string
  number: string
  kind: string
  siteId: string
  entityId: string
  waveId: string | null
  orderId: string
  partyId: string | null
  demandLineId: string
  allocationId: string
  itemId: string
  sku: string
  /** Tracked by serial number. */
  serial: boolean
  lotId: string
  lot: string | null
  lpnId: string
  plate: string | null
  ownerId: string
  fromLocationId: string
  toLocationId: string
  seq: number
  qty: number
  open: number
  baseUom: string
  /** Of goods that are sold by weight: what one weighs nominally, and how far it may be off. Null: not weighed. */
  nominalG: number | null
  tolerancePpm: number | null
  assigneeId: string | null
  leaseUntil: string | null
  endedAt: string | null
}
interface Input {
  taskId: string
  qty: number
  shortQty?: number
  reason?: string
  scannedCode?: string
  scannedLot?: string
  scannedPlate?: string
  serials?: string[]
  caseCodes?: string[]
  weightG?: number
  weightReason?: string
}
interface Picked {
  readonly call: Call<Input>
  readonly task: TaskRow
  readonly qty: number
  readonly short: number
  readonly pieces: readonly SerialRow[]
  readonly weightG: number | null
}

const lockTasks = ({ sql, company }: Ctx, ids: readonly string[]) => sql<TaskRow[]>`
  with locked as (
    select *
      from task
     where company_id = ${company} and id = any (${ids as string[]})
     order by id
       for update
  )
  select locked.id, locked.number, locked.kind, locked.site_id, site.entity_id, locked.wave_id, locked.order_id, line.party_id, locked.demand_line_id, locked.allocation_id,
         locked.item_id, item.sku, item.tracking = 'serial' as serial, locked.lot_id, lot.code as lot, locked.lpn_id, plate.sscc as plate, locked.owner_id, locked.from_location_id, locked.to_location_id, locked.seq,
         locked.qty, locked.qty - locked.done_qty - locked.short_qty as open, item.base_uom, case when item.catch_weight then item.weight_g end as nominal_g, item.weight_tolerance_ppm as tolerance_ppm,
         locked.assignee_id, locked.lease_until, locked.ended_at
    from locked
    join site on site.company_id = ${company} and site.id = locked.site_id
    join item on item.company_id = ${company} and item.id = locked.item_id
    left join lpn plate on plate.company_id = ${company} and plate.id = locked.lpn_id
    left join lot on lot.company_id = ${company} and lot.id = locked.lot_id
    left join demand_line line on line.company_id = ${company} and line.id = locked.demand_line_id`

/** What this pick takes and what it leaves short; or the reason why it cannot be. */
const decide = (
  call: Call<Input>,
  task: TaskRow | undefined,
  words: ScanWords,
  known: ReadonlyMap<string, SerialRow>,
  taken: Set<string>,
  reasons: { readonly short: readonly string[]; readonly weight: readonly string[] },
  now: string,
): Picked | Refusal => {
  const { qty, shortQty, scannedLot, scannedPlate, reason } = call.input
  if (!task) return notFound('task')
  if (task.kind !== 'pick') return new Refusal('not_a_pick', `Task ${task.number} is not a pick task.`)
  if (task.endedAt !== null)
    return new Refusal('task_ended', `Task ${task.number} is done already; nothing was counted twice.`)
  if (
    task.assigneeId !== null &&
    task.assigneeId !== call.actor.id &&
    task.leaseUntil !== null &&
    task.leaseUntil > now
  )
    return new Refusal('task_claimed', `Task ${task.number} is in someone else's hands; take the next one.`)
  const short = shortQty ?? task.open - qty
  if (qty + short > task.open || short < 0)
    return new Refusal(
      'too_much',
      `Task ${task.number} asks for ${task.open}; ${qty + Math.max(short, 0)} were said to be picked or missing.`,
      422,
    )
  if (qty + short === 0) return new Refusal('nothing_picked', 'Say how much was picked, or how much is missing.', 422)
  const strange = short > 0 && reason !== undefined ? wrongReason('short', reason, reasons.short) : null
  if (strange) return strange
  const { itemId, lot: lotCode, plate } = task
  const rowOf = (code: string): SerialRow | undefined => known.get(`${itemId} ${code}`)
  const piece = serialScanned(call.input, task, words)
  const serials =
    call.input.serials ?? (piece !== null && (piece !== call.input.scannedCode || rowOf(piece)) ? [piece] : [])
  // A piece's own number names the goods: it is nothing that the item as such is called.
  const scannedCode = serials.length === 1 && serials[0] === call.input.scannedCode ? undefined : call.input.scannedCode
  const wrong = wrongScan({ itemId, lotCode, plate, scannedCode, scannedLot, scannedPlate }, words)
  if (wrong) return wrong
  const pieces = piecesFor(task, qty, serials, rowOf, taken)
  if (pieces instanceof Refusal) return pieces
  const weightG = weightOfPick(call.input, weighedItem(task), words, reasons.weight)
  if (weightG instanceof Refusal) return weightG
  for (const piece of pieces) taken.add(piece.id)
  return { call, task, qty, short, pieces, weightG }
}

/** The one piece that was scanned instead of listed. */
const serialScanned = (
  { serials, scannedCode }: Input,
  { serial, itemId }: TaskRow,
  words: ScanWords,
): string | null =>
  serial && serials === undefined && scannedCode !== undefined ? scannedPiece(scannedCode, itemId, words) : null

const weighedItem = ({ itemId, sku, baseUom, nominalG, tolerancePpm }: TaskRow): WeighedItem | null =>
  nominalG === null ? null : { id: itemId, sku, baseUom, nominalG, tolerancePpm }

export const pick = batchCommand({
  title: 'Pick from a bin',
  route: 'POST /warehouse/tasks/:taskId/pick',
  permission: 'warehouse.pick',
  admits: { taskId: 'task' },
  emits: ['task.picked'],
  input: t.object({
    taskId: t.id('task'),
    qty: t.qty(),
    /** What the bin lacks. Left out: all that was not picked. 0: the rest is picked later. */
    shortQty: t.optional(t.qty()),
    /** Why the bin lacks some: a reason code of kind short. */
    reason: t.optional(t.code({ max: 40 })),
    /** Anything that names the goods, as a scanner reads it. */
    scannedCode: t.optional(t.text({ min: 1, max: 200 })),
    scannedLot: t.optional(t.code()),
    /** SSCC of the plate it is taken from. */
    scannedPlate: t.optional(t.code()),
    /** Of items tracked by serial number: the pieces that were picked. One piece may be scanned as the code instead. */
    serials: t.optional(t.list(t.code(), { max: 10_000 })),
    /** Labels of the picked units, one each, of goods that are sold by weight: embedded weight, or GS1 with AI 310n. */
    caseCodes: t.optional(t.list(t.text({ min: 1, max: 200 }), { min: 1, max: 1_000 })),
    /** Of all picked units together, when it is typed. */
    weightG: t.optional(t.int({ min: 1 })),
    /** A reason code of kind weight: lets a weight pass that is out of the item's tolerance. */
    weightReason: t.optional(t.code({ max: 40 })),
  }),
  output: t.object({
    picked: t.qty(),
    short: t.qty(),
    /** Where the missing units are to be picked instead; what is not among them waits for supply. */
    reallocated: t.list(t.object({ taskId: t.id('task'), location: t.text(), qty: t.qty() })),
  }),
  guard: ({ taskId }) => [taskId],
  lines: ({ serials, caseCodes }) => 1 + (serials?.length ?? 0) + (caseCodes?.length ?? 0),
  async run(calls, ctx) {
    const { sql, company, now } = ctx
    const rows = new Map(
      (
        await lockTasks(
          ctx,
          calls.map((call) => call.input.taskId),
        )
      ).map((row) => [row.id, row]),
    )
    const scanned = calls.filter(({ input }) => input.scannedCode !== undefined || input.caseCodes !== undefined)
    const words = await scanWords(ctx, [
      ...new Set(scanned.flatMap((call) => rows.get(call.input.taskId)?.itemId ?? [])),
    ])
    const wants = calls.flatMap(({ input }) => {
      const task = rows.get(input.taskId)
      const piece = task ? serialScanned(input, task, words) : null
      return task && (input.serials || piece !== null)
        ? [{ itemId: task.itemId, codes: input.serials ?? [piece!] }]
        : []
    })
    const known = await serialRows(ctx, wants)
    const said = (field: 'reason' | 'weightReason') => calls.some(({ input }) => input[field] !== undefined)
    const reasons = {
      short: said('reason') ? await offeredReasons(ctx, 'short') : [],
      weight: said('weightReason') ? await offeredReasons(ctx, 'weight') : [],
    }
    const taken = new Set<string>()
    const decided = calls.map((call) =>
      decide(call, rows.get(call.input.taskId), words, known, taken, reasons, now.toISOString()),
    )
    const picks = decided.filter((one): one is Picked => !(one instanceof Refusal))
    const shorts = picks.filter((one) => one.short > 0).map(shortOf)
    let made: Reallocated = { tasks: new Map(), replanned: new Map() }
    if (picks.length > 0) {
      const plates = await pickFromPlates(ctx, picks.map(fromPlateOf))
      if (shorts.length > 0) await countBins(ctx, shorts)
      const kits =
        shorts.length === 0
          ? { lineIds: [], tasks: [] }
          : await lockKits(
              ctx,
              shorts,
              picks.map((one) => one.task.id),
            )
      const [told] = await Promise.all([
        shorts.length > 0 ? lockLines(ctx, [...kits.lineIds, ...picks.map((one) => one.task.demandLineId)]) : [],
        inSlices(
          picks,
          (slice) => sql`
          update task
             set done_qty = task.done_qty + given.done, short_qty = task.short_qty + given.short, reason = coalesce(given.reason, task.reason),
                 weight_g = case when given.weight_g is null then task.weight_g else coalesce(task.weight_g, 0) + given.weight_g end,
                 to_lpn_id = coalesce(given.to_lpn_id, task.to_lpn_id), ended_at = case when task.done_qty + given.done + task.short_qty + given.short = task.qty then ${now}::timestamptz end,
                 actor_id = given.actor_id, lease_until = null, version = task.version + 1
            from unnest(${slice.map((p) => p.task.id)}::uuid[], ${slice.map((p) => p.qty)}::int8[], ${slice.map((p) => p.short)}::int8[],
                        ${slice.map((p) => p.call.input.reason ?? null)}::text[], ${slice.map((p) => p.call.actor.id)}::uuid[],
                        ${slice.map((p) => (plates.whole.has(p.task.id) ? p.task.lpnId : null))}::uuid[], ${slice.map((p) => p.weightG)}::int8[])
                 as given (id, done, short, reason, actor_id, to_lpn_id, weight_g)
           where task.company_id = ${company} and task.id = any (${slice.map((p) => p.task.id)}::uuid[]) and task.id = given.id`,
        ),
        pickedAllocations(
          ctx,
          picks.map(({ task, qty, short, weightG }) => ({
            allocationId: task.allocationId,
            qty,
            untasked: qty + short,
            weightG,
          })),
        ),
      ])
      if (shorts.length > 0)
        made = await reallocate(
          ctx,
          shorts,
          picks.map((one) => one.task),
          kits,
          told,
        )
      await postMoves(
        ctx,
        picks.flatMap((one) => (one.qty > 0 ? movesOf(one, plates.whole) : [])),
      )
      await plates.settle()
      // The missing units' claim on the bin ends; the open count keeps others from claiming them.
      await claimBins(
        ctx,
        shorts.map((short) => ({ ...short, qty: -short.qty })),
      )
    }
    return calls.map(
      (
        call,
        index,
      ): Outcome<{
        picked: number
        short: number
        reallocated: { taskId: string; location: string; qty: number }[]
      }> => {
        const one = decided[index]!
        if (one instanceof Refusal) return refuse(call, one)
        const { siteId } = one.task
        ctx.emit(call, 'task.picked', { id: one.task.id, siteId })
        if (one.short > 0) ctx.emit(call, 'task.short', { id: one.task.id, siteId })
        tellReplanned(ctx, call, made.replanned.get(call.no) ?? [])
        const reallocated = (made.tasks.get(call.no) ?? []).map((task) => ({
          taskId: task.id,
          location: task.location,
          qty: task.qty,
        }))
        return done(call, { picked: one.qty, short: one.short, reallocated })
      },
    )
  },
})

const fromPlateOf = ({ task, qty, pieces }: Picked) => ({
  ...{ taskId: task.id, lpnId: task.lpnId, siteId: task.siteId, toLocationId: task.toLocationId, qty },
  off: task.serial
    ? [...Map.groupBy(pieces, (piece) => piece.lpnId)].map(([lpnId, own]) => ({ lpnId, qty: own.length }))
    : [{ lpnId: task.lpnId, qty }],
  atOnce: qty === task.qty && pieces.every((piece) => piece.lpnId === task.lpnId),
})

/** Pieces may have stood on another plate of the bin than the one the task claimed: each comes from where it stood. */
const movesOf = ({ call, task, qty, pieces, weightG }: Picked, whole: ReadonlySet<string>): NewMove[] => {
  const move = (lpnId: string, units: number, serials?: readonly SerialRow[]): NewMove => ({
    itemId: task.itemId,
    lotId: task.lotId,
    lpnId,
    toLpnId: whole.has(task.id) ? lpnId : NIL,
    ownerId: task.ownerId,
    fromLocationId: task.fromLocationId,
    fromStatus: 'available',
    toLocationId: task.toLocationId,
    toStatus: 'available',
    qty: units,
    ...(serials && { serials, bindTo: task.allocationId }),
    // Pieces with numbers of their own are not weighed: this is one move then.
    ...(weightG !== null && { weightG }),
    causeKind: 'pick',
    causeId: task.id,
    causeLineId: task.allocationId,
    reason: call.input.weightReason ?? null,
    actorId: call.actor.id,
    device: call.device,
    releaseTasked: units,
    taskedLpnId: task.lpnId,
  })
  if (!task.serial) return [move(task.lpnId, qty)]
  return [...Map.groupBy(pieces, (piece) => piece.lpnId)].map(([lpnId, own]) => move(lpnId, own.length, own))
}

const shortOf = ({ call, task, short }: Picked): Short => ({
  ...task,
  call: call.no,
  taskId: task.id,
  stageId: task.toLocationId,
  locationId: task.fromLocationId,
  qty: short,
  reason: call.input.reason ?? 'short_pick',
})
