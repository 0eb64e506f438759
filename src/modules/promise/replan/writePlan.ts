import type { Ctx } from '../../../core/ctx.ts'
import { inSlices, rowsJson } from '../../../core/database/pool.ts'
import type { Laid, NewPeg } from './layAnew.ts'
import type { Moved, Part } from './moved.ts'
import type { SceneLine } from './scene.ts'

/** What of a supply changes with the plan: it never stands promised beyond what it brings, in between either. */
export interface SupplyChange {
  readonly id: string
  /** Base units received in this transaction. */
  readonly received?: number
  readonly expected?: number
  readonly dueOn?: string
  /** Nothing more will come of it: it expects what it has brought. */
  readonly closes?: boolean
}

/**
 * Writes the difference between the promises that stand and the plan, and nothing else: a line that keeps its pegs and
 * days has no row touched. Positions and supplies get the sums of what was given back and what was taken.
 */
export const writePlan = async (
  ctx: Ctx,
  lines: readonly SceneLine[],
  laid: ReadonlyMap<string, Laid>,
  supplyChanges: readonly SupplyChange[],
): Promise<Moved[]> => {
  const { sql, company } = ctx
  const changes = promiseChanges(ctx, lines, laid)
  const supplies = new Map(supplyChanges.map((change) => [change.id, { ...change, promised: 0 }]))
  for (const [id, promised] of changes.supplies) supplies.set(id, { ...supplies.get(id), id, promised })
  const positions = [...changes.positions.values()].filter((p) => p.promised !== 0)
  const moved = lines.map((line) => movedOf(line, laid.get(line.id)!))
  await Promise.all([
    inSlices(changes.updates, (slice) => {
      const ids = slice.map((u) => u.id)
      return sql`
        update promise
           set qty = given.qty, due_on = given.due_on, alone_on = given.alone_on, made_at = ${ctx.now}
          from unnest(${ids}::uuid[], ${slice.map((u) => u.qty)}::int8[], ${slice.map((u) => u.dueOn)}::date[], ${slice.map((u) => u.aloneOn)}::date[])
               as given (id, qty, due_on, alone_on)
         where promise.company_id = ${company} and promise.id = any (${ids}::uuid[]) and promise.id = given.id`
    }),
    changes.ended.length > 0 &&
      sql`
        update promise
           set qty = 0
         where company_id = ${company} and id = any (${changes.ended})`,
    changes.inserts.length > 0 &&
      sql`
        insert into promise
        select * from json_populate_recordset(null::promise, ${rowsJson(changes.inserts)}::text::json)`,
    inSlices(
      positions,
      (slice) => sql`
        update promise_position position
           set promised = position.promised + given.promised
          from unnest(${slice.map((p) => p.siteId)}::uuid[], ${slice.map((p) => p.itemId)}::uuid[], ${slice.map((p) => p.promised)}::int8[]) as given (site_id, item_id, promised)
         where position.company_id = ${company} and position.site_id = any (${slice.map((p) => p.siteId)}::uuid[]) and position.item_id = any (${slice.map((p) => p.itemId)}::uuid[])
           and position.site_id = given.site_id and position.item_id = given.item_id`,
    ),
    inSlices([...supplies.values()], (slice) => {
      const ids = slice.map((s) => s.id)
      return sql`
        update supply
           set promised = supply.promised + given.promised, received = supply.received + given.received, expected = coalesce(given.expected, supply.expected),
               due_on = coalesce(given.due_on, supply.due_on), version = supply.version + 1
          from unnest(${ids}::uuid[], ${slice.map((s) => s.promised)}::int8[], ${slice.map((s) => s.received ?? 0)}::int8[],
                      ${slice.map((s) => s.expected ?? null)}::int8[], ${slice.map((s) => s.dueOn ?? null)}::date[]) as given (id, promised, received, expected, due_on)
         where supply.company_id = ${company} and supply.id = any (${ids}::uuid[]) and supply.id = given.id`
    }),
    writeLines(ctx, lines, laid),
  ])
  return moved
}

const movedOf = (line: SceneLine, { pegs, backordered, promisedOn }: Laid): Moved => {
  const nowOn = promisedOn === undefined ? line.latestPromiseOn : promisedOn
  const [wasParts, nowParts] = [partsOf(line.pegs), partsOf(pegs)]
  return {
    lineId: line.id,
    kind: line.kind,
    orderId: line.orderId,
    siteId: line.siteId,
    partyId: line.partyId,
    itemId: line.itemId,
    released: line.released,
    wasFrom: [...new Set(line.pegs.flatMap((peg) => peg.supplyId ?? []))],
    wasOn: line.was.promisedOn,
    nowOn,
    wasBackordered: line.was.backordered,
    nowBackordered: backordered,
    wasParts,
    nowParts,
    changed:
      nowOn !== line.was.promisedOn || backordered !== line.was.backordered || String(wasParts) !== String(nowParts),
  }
}

const partsOf = (pegs: readonly { dueOn: string; qty: number }[]): Part[] => {
  const sums = new Map<string, number>()
  for (const { dueOn, qty } of pegs) sums.set(dueOn, (sums.get(dueOn) ?? 0) + qty)
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
}

interface PositionDelta {
  readonly siteId: string
  readonly itemId: string
  promised: number
}

/** Old rows go on with what they have in common with the plan; the rest ends or is new. */
const promiseChanges = (ctx: Ctx, lines: readonly SceneLine[], laid: ReadonlyMap<string, Laid>) => {
  const updates: { id: string; qty: number; dueOn: string; aloneOn: string }[] = []
  const ended: string[] = []
  const inserts: object[] = []
  const positions = new Map<string, PositionDelta>()
  const supplies = new Map<string, number>()
  const take = (line: SceneLine, supplyId: string | null, qty: number): void => {
    if (qty === 0) return
    if (supplyId !== null) {
      supplies.set(supplyId, (supplies.get(supplyId) ?? 0) + qty)
      return
    }
    const key = line.siteId + line.itemId
    const position = positions.get(key) ?? { siteId: line.siteId, itemId: line.itemId, promised: 0 }
    position.promised += qty
    positions.set(key, position)
  }
  for (const line of lines) {
    const left = new Map(line.pegs.map((peg) => [peg.id, peg]))
    const rows: { peg: NewPeg; id: string | null }[] = laid.get(line.id)!.pegs.map((peg) => ({ peg, id: peg.id }))
    for (const row of rows) if (row.id !== null) left.delete(row.id)
    for (const row of rows) {
      if (row.id !== null) continue
      const same = [...left.values()].find((old) => old.supplyId === row.peg.supplyId)
      if (!same) continue
      row.id = same.id
      left.delete(same.id)
    }
    for (const { peg, id } of rows) {
      const old = id === null ? undefined : line.pegs.find((one) => one.id === id)
      take(line, peg.supplyId, peg.qty - (old?.qty ?? 0))
      const { qty, dueOn, aloneOn, supplyId } = peg
      if (!old)
        inserts.push({
          companyId: ctx.company,
          id: ctx.id(),
          demandLineId: line.id,
          siteId: line.siteId,
          partyId: line.partyId,
          itemId: line.itemId,
          supplyId,
          qty,
          dueOn,
          aloneOn,
          madeAt: ctx.now,
        })
      else if (old.qty !== qty || old.dueOn !== dueOn || old.aloneOn !== aloneOn)
        updates.push({ id: old.id, qty, dueOn, aloneOn })
    }
    for (const old of left.values()) {
      ended.push(old.id)
      take(line, old.supplyId, -old.qty)
    }
  }
  return { updates, ended, inserts, positions, supplies: new Map([...supplies].filter(([, qty]) => qty !== 0)) }
}

/** promised, backordered and the days of the lines that differ. */
const writeLines = ({ sql, company }: Ctx, lines: readonly SceneLine[], laid: ReadonlyMap<string, Laid>) => {
  const rows = lines.flatMap((line) => {
    const { pegs, backordered, promisedOn } = laid.get(line.id)!
    const promised = pegs.reduce((sum, peg) => sum + peg.qty, 0)
    const was = line.pegs.reduce((sum, peg) => sum + peg.qty, 0)
    const latest = promisedOn === undefined ? line.latestPromiseOn : promisedOn
    return promised === was && backordered === line.backordered && latest === line.latestPromiseOn
      ? []
      : [{ id: line.id, promised: promised - was, backordered: backordered - line.backordered, latest }]
  })
  return inSlices(rows, (slice) => {
    const ids = slice.map((row) => row.id)
    return sql`
      update demand_line line
         set promised = line.promised + given.promised, backordered = line.backordered + given.backordered,
             latest_promise_on = given.latest, original_promise_on = coalesce(line.original_promise_on, given.latest), version = line.version + 1
        from unnest(${ids}::uuid[], ${slice.map((row) => row.promised)}::int8[], ${slice.map((row) => row.backordered)}::int8[], ${slice.map((row) => row.latest)}::date[])
             as given (id, promised, backordered, latest)
       where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id`
  })
}
