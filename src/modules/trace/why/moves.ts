import type { Ctx } from '../../../core/ctx.ts'
import type { Asked, PieceRow } from './why.ts'

/** How far back single moves are told: the widest of these with no more than so many. What was before is one line. */
const WINDOWS_DAYS = [366, 92, 31, 7, 1]
const MOST_MOVES = 100
/** Of a busy day the newest are told one by one, the rest together. */
const MOST_PIECES = 300
const DAY_MS = 86_400_000
/** After everything that was ever recorded. */
const EVER = '9999-01-01T00:00:00.000Z'

interface MoveRow {
  at: string
  change: number
  word: string
  causeKind: string
  causeId: string
  number: string | null
  party: string | null
}

/** Stock on hand: what was there at the beginning of a window, and every move since that changed it. */
export const movesOf = async (ctx: Ctx, asked: Asked): Promise<{ number: number; pieces: PieceRow[] }> => {
  const until = asked.at ?? EVER
  const end = Math.min(Date.parse(until), ctx.now.getTime())
  const [number, counts] = await Promise.all([numberOf(ctx, asked), changesSince(ctx, asked, until, end)])
  const days = WINDOWS_DAYS.find((_, n) => counts[n]! <= MOST_MOVES) ?? WINDOWS_DAYS.at(-1)!
  const from = new Date(end - days * DAY_MS).toISOString()
  const [before, moves] = await Promise.all([
    there(ctx, asked, new Date(Date.parse(from) - 1).toISOString()),
    changes(ctx, asked, from, until),
  ])
  const pieces = moves.slice(0, MOST_PIECES).map(
    (move): PieceRow => ({
      kind: 'move',
      word: move.word,
      at: move.at,
      qty: move.change,
      document: { kind: move.causeKind, id: move.causeId, number: move.number },
      party: move.party,
    }),
  )
  const rest = moves.slice(MOST_PIECES)
  if (rest.length > 0)
    pieces.push({
      ...{ kind: 'moves', word: `${rest.length} earlier moves`, at: rest[0]!.at, document: null, party: null },
      qty: rest.reduce((sum, move) => sum + move.change, 0),
    })
  pieces.push({ kind: 'before', word: 'before', at: from, qty: before, document: null, party: null })
  return { number, pieces }
}

/** As the screens have it: of pools, of a bin's row, or of the moment asked for. */
const numberOf = async (ctx: Ctx, asked: Asked): Promise<number> => {
  const { sql, company } = ctx
  const { itemId, siteId, lotId, locationId, status, at } = asked
  if (at !== null) return there(ctx, asked, at)
  const [row] =
    locationId === null
      ? await sql<{ qty: number }[]>`
          select coalesce(sum(on_hand), 0)::int8 as qty
            from stock_pool
           where company_id = ${company} and item_id = ${itemId} and (${siteId}::uuid is null or site_id = ${siteId})
             and (${lotId}::uuid is null or lot_id = ${lotId}) and (${status}::text is null or status = ${status})`
      : await sql<{ qty: number }[]>`
          select coalesce(sum(on_hand), 0)::int8 as qty
            from stock_balance
           where company_id = ${company} and item_id = ${itemId} and location_id = ${locationId}
             and (${lotId}::uuid is null or lot_id = ${lotId}) and (${status}::text is null or status = ${status})`
  return row!.qty
}

/** What is on the road belongs to no site's stock and is told only for its own place. */
const there = async (
  { sql, company }: Ctx,
  { itemId, siteId, lotId, locationId, status, by }: Asked,
  at: string,
): Promise<number> => {
  const [row] = await sql<{ qty: number }[]>`
    select coalesce(sum(stock.on_hand), 0)::int8 as qty
      from stock_as_of(${company}, ${at}, ${by === 'recorded'}, ${siteId}, ${itemId}) stock
      join location place on place.company_id = ${company} and place.id = stock.location_id
     where (${locationId}::uuid is null and place.kind <> 'transit' or stock.location_id = ${locationId})
       and (${lotId}::uuid is null or stock.lot_id = ${lotId}) and (${status}::text is null or stock.status = ${status})`
  return row!.qty
}

/** Moves of each window that changed the number. Whatever is effective in it was recorded after its beginning: ids begin there. */
const changesSince = async (ctx: Ctx, asked: Asked, until: string, end: number): Promise<number[]> => {
  const { sql, company } = ctx
  const widest = new Date(end - WINDOWS_DAYS[0]! * DAY_MS).toISOString()
  const rows = await sql<{ days: number; moves: number }[]>`
    select given.days, count(*) filter (where case when ${asked.by === 'recorded'} then move.recorded_at else move.effective_at end >= ${new Date(end).toISOString()}::timestamptz - given.days * interval '1 day') as moves
      from unnest(${WINDOWS_DAYS}::int4[]) as given (days)
      left join (select recorded_at, effective_at
              from stock_move
             where company_id = ${company} and item_id = ${asked.itemId} and id >= uuid_from(${widest})
               and case when ${asked.by === 'recorded'} then recorded_at else effective_at end <= ${until}
               and (${asked.siteId}::uuid is null or ${asked.siteId} in (from_site_id, to_site_id)) and (${asked.lotId}::uuid is null or lot_id = ${asked.lotId})
               and (${asked.locationId}::uuid is null or ${asked.locationId} in (from_location_id, to_location_id))) move on true
     group by given.days`
  const byDays = new Map(rows.map((row) => [row.days, row.moves]))
  return WINDOWS_DAYS.map((days) => byDays.get(days) ?? 0)
}

const changes = ({ sql, company }: Ctx, asked: Asked, from: string, until: string): PromiseLike<MoveRow[]> => {
  const { itemId, siteId, lotId, locationId, status } = asked
  const books = asked.by === 'recorded'
  return sql<MoveRow[]>`
    with moved as (
      select move.id, case when ${books} then move.recorded_at else move.effective_at end as at, move.reason, move.cause_kind, move.cause_id, came.kind as from_kind, went.kind as to_kind,
             case when went.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production') and (${locationId}::uuid is null and went.kind <> 'transit' or went.id = ${locationId})
                   and (${siteId}::uuid is null or move.to_site_id = ${siteId}) and (${status}::text is null or move.to_status = ${status}) then move.qty else 0 end
             - case when came.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production') and (${locationId}::uuid is null and came.kind <> 'transit' or came.id = ${locationId})
                   and (${siteId}::uuid is null or move.from_site_id = ${siteId}) and (${status}::text is null or move.from_status = ${status}) then move.qty else 0 end as change
        from stock_move move
        join location came on came.company_id = ${company} and came.id = move.from_location_id
        join location went on went.company_id = ${company} and went.id = move.to_location_id
       where move.company_id = ${company} and move.item_id = ${itemId} and move.id >= uuid_from(${from})
         and case when ${books} then move.recorded_at else move.effective_at end >= ${from} and case when ${books} then move.recorded_at else move.effective_at end <= ${until}
         and (${lotId}::uuid is null or move.lot_id = ${lotId})
    )
    select moved.at, moved.change, coalesce(moved.reason, case when moved.from_kind = 'supplier' then 'received' when moved.to_kind = 'customer' then 'shipped' when moved.from_kind = 'customer' then 'returned' else moved.cause_kind end) as word,
           moved.cause_kind, moved.cause_id, coalesce(receipt.number, shipment.number, task.number) as number, party.name as party
      from moved
      left join receipt on receipt.company_id = ${company} and receipt.id = moved.cause_id
      left join shipment on shipment.company_id = ${company} and shipment.id = moved.cause_id
      left join task on task.company_id = ${company} and task.id = moved.cause_id
      left join party on party.company_id = ${company} and party.id = coalesce(receipt.party_id, shipment.party_id)
     where moved.change <> 0
     order by moved.at desc, moved.id desc
     limit 100000`
}
