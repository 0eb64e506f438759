import type { Ctx } from '../../../core/ctx.ts'
import { inSlices, rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import { chooseBins } from '../../../math/pick/bins.ts'
import { taskAllocations, type Untasked } from './untasked.ts'

export interface PickTask {
  readonly id: string
  readonly number: string
  readonly allocationId: string
  readonly demandLineId: string
  readonly orderId: string
  readonly locationId: string
  readonly location: string
  readonly qty: number
}

interface BinKey {
  locationId: string
  itemId: string
  lotId: string
  lpnId: string
  ownerId: string
}
interface BinRow extends BinKey {
  location: string
  siteId: string
  pickSeq: number
  free: number
  /** A plate that can be taken as it is. */
  whole: boolean
}

const stockOf = (row: { siteId: string; itemId: string; lotId: string; ownerId: string }): string =>
  `${row.siteId} ${row.itemId} ${row.lotId} ${row.ownerId}`

/**
 * Bins that may be picked from, locked in key order. A bin with an open count is left alone: someone found it short, and
 * what the books still show there may not exist. The dock is a last resort: goods not put away are better than none.
 * Found first and locked then, since a lock in the order of stocks would meet those that go by the order of bins.
 */
const lockBins = async ({ sql, company }: Ctx, wants: readonly Untasked[]): Promise<BinRow[]> => {
  const stocks = [...new Map(wants.map((want) => [stockOf(want), want])).values()]
  const found = await inSlices(
    stocks,
    (slice) => sql<BinKey[]>`
      select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id
        from unnest(${slice.map((w) => w.siteId)}::uuid[], ${slice.map((w) => w.itemId)}::uuid[], ${slice.map((w) => w.lotId)}::uuid[], ${slice.map((w) => w.ownerId)}::uuid[])
             as wanted (site_id, item_id, lot_id, owner_id)
        join stock_balance bin on bin.company_id = ${company} and bin.site_id = wanted.site_id and bin.item_id = wanted.item_id
         and bin.lot_id = wanted.lot_id and bin.owner_id = wanted.owner_id
        join location place on place.company_id = ${company} and place.id = bin.location_id
       where bin.site_id = any (${slice.map((w) => w.siteId)}::uuid[]) and bin.item_id = any (${slice.map((w) => w.itemId)}::uuid[])
         and bin.status = 'available' and bin.on_hand > bin.tasked
         and place.kind in ('pick', 'storage', 'dock') and place.active
         and not exists (
             select 1
               from task counting
              where counting.company_id = ${company} and counting.site_id = bin.site_id and counting.kind = 'count' and counting.ended_at is null
                and counting.from_location_id = bin.location_id and counting.item_id = bin.item_id and counting.lot_id = bin.lot_id)`,
  )
  const keys = found.map((bin) => ({ ...bin, order: Object.values(bin).join(' ') }))
  keys.sort((a, b) => (a.order < b.order ? -1 : 1))
  return inSlices(
    keys,
    (slice) => sql<BinRow[]>`
      with locked as (
        select bin.*
          from unnest(${slice.map((b) => b.locationId)}::uuid[], ${slice.map((b) => b.itemId)}::uuid[], ${slice.map((b) => b.lotId)}::uuid[], ${slice.map((b) => b.lpnId)}::uuid[], ${slice.map((b) => b.ownerId)}::uuid[])
               as wanted (location_id, item_id, lot_id, lpn_id, owner_id)
          join stock_balance bin using (location_id, item_id, lot_id, lpn_id, owner_id)
         where bin.company_id = ${company} and bin.location_id = any (${slice.map((b) => b.locationId)}::uuid[]) and bin.item_id = any (${slice.map((b) => b.itemId)}::uuid[])
           and bin.status = 'available' and bin.on_hand > bin.tasked
         order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id
           for update of bin
      )
      select locked.site_id, locked.location_id, place.code as location, locked.item_id, locked.lot_id, locked.lpn_id, locked.owner_id,
             place.pick_seq + case place.kind when 'dock' then 1000000000 else 0 end as pick_seq, locked.on_hand - locked.tasked as free,
             case when locked.lpn_id = ${NIL} or locked.tasked > 0 then false
                  else not exists (select 1 from lpn child where child.company_id = ${company} and child.parent_id = locked.lpn_id)
                   and not exists (select 1 from stock_balance other
                                    where other.company_id = ${company} and other.lpn_id = locked.lpn_id and other.on_hand > 0
                                      and (other.item_id, other.lot_id, other.owner_id, other.status) <> (locked.item_id, locked.lot_id, locked.owner_id, locked.status))
             end as whole
        from locked
        join location place on place.company_id = ${company} and place.id = locked.location_id`,
  )
}

/**
 * Pick tasks for allocations, and the bins' claims for them. The caller holds the allocations' locks.
 * @returns the tasks in walking order. Units that no bin holds get none; they stay untasked for the next wave.
 */
export const makePickTasks = async (
  ctx: Ctx,
  wants: readonly Untasked[],
  waveOf: (want: Untasked) => {
    readonly waveId: string | null
    readonly seq: number | null
    readonly entityId: string
    readonly stageId: string
  },
): Promise<PickTask[]> => {
  if (wants.length === 0) return []
  const { sql, company, now } = ctx
  const bins = await lockBins(ctx, wants)
  const binByKey = new Map(bins.map((bin) => [`${bin.locationId} ${bin.lpnId} ${stockOf(bin)}`, bin]))
  const takes = chooseBins(
    wants.map((want) => ({ id: want.allocationId, stock: stockOf(want), qty: want.qty })),
    [...binByKey].map(([key, bin]) => ({
      key,
      stock: stockOf(bin),
      pickSeq: bin.pickSeq,
      free: bin.free,
      whole: bin.whole,
    })),
  )
  if (takes.length === 0) return []
  const wantById = new Map(wants.map((want) => [want.allocationId, want]))
  const walked = takes
    .map((take) => ({ take, want: wantById.get(take.want)!, bin: binByKey.get(take.bin)! }))
    .sort(
      (a, b) =>
        a.bin.pickSeq - b.bin.pickSeq ||
        (a.bin.location < b.bin.location ? -1 : a.bin.location > b.bin.location ? 1 : 0),
    )
  const byEntity = Map.groupBy(walked, ({ want }) => waveOf(want).entityId)
  const numbers = new Map(
    await Promise.all(
      [...byEntity].map(
        async ([entityId, list]) => [entityId, await ctx.numbers(entityId, 'task', list.length)] as const,
      ),
    ),
  )
  const rows = walked.map(({ take, want, bin }, index) => {
    const { waveId, seq, entityId, stageId } = waveOf(want)
    return {
      companyId: company,
      id: ctx.id(),
      number: numbers.get(entityId)!.shift()!,
      kind: 'pick',
      siteId: want.siteId,
      waveId,
      orderId: want.orderId,
      demandLineId: want.demandLineId,
      allocationId: want.allocationId,
      itemId: want.itemId,
      lotId: want.lotId,
      lpnId: bin.lpnId,
      ownerId: want.ownerId,
      fromLocationId: bin.locationId,
      toLocationId: stageId,
      seq: seq ?? index + 1,
      qty: take.qty,
      doneQty: 0,
      shortQty: 0,
      recordedAt: now,
      version: 1,
    }
  })
  await Promise.all([
    sql`
      insert into task
      select * from json_populate_recordset(null::task, ${rowsJson(rows)}::text::json)`,
    taskAllocations(ctx, rows),
    claimBins(
      ctx,
      rows.map((row) => ({ ...row, locationId: row.fromLocationId })),
    ),
  ])
  return rows.map((row, index) => ({ ...row, locationId: row.fromLocationId, location: walked[index]!.bin.location }))
}

/** Tasks' claims on bins, of status `available`: up by `qty`, or down when it is negative. The bins are locked already. */
export const claimBins = async (
  { sql, company }: Ctx,
  allClaims: readonly {
    locationId: string
    itemId: string
    lotId: string
    lpnId: string
    ownerId: string
    qty: number
  }[],
): Promise<void> => {
  await inSlices(
    allClaims,
    (claims) => sql`
    update stock_balance bin
       set tasked = bin.tasked + claim.qty
      from (
           select location_id, item_id, lot_id, lpn_id, owner_id, sum(qty)::int8 as qty
             from unnest(${claims.map((c) => c.locationId)}::uuid[], ${claims.map((c) => c.itemId)}::uuid[], ${claims.map((c) => c.lotId)}::uuid[],
                         ${claims.map((c) => c.lpnId)}::uuid[], ${claims.map((c) => c.ownerId)}::uuid[], ${claims.map((c) => c.qty)}::int8[])
                  as c (location_id, item_id, lot_id, lpn_id, owner_id, qty)
            group by location_id, item_id, lot_id, lpn_id, owner_id
           ) claim
     where bin.company_id = ${company} and bin.location_id = any (${claims.map((c) => c.locationId)}::uuid[]) and bin.item_id = any (${claims.map((c) => c.itemId)}::uuid[])
       and bin.location_id = claim.location_id and bin.item_id = claim.item_id and bin.lot_id = claim.lot_id
       and bin.lpn_id = claim.lpn_id and bin.owner_id = claim.owner_id and bin.status = 'available'`,
  )
}

/** The site's stage: where picked goods wait for packing. */
export const stageOf = (stages: ReadonlyMap<string, string>, siteId: string): string => {
  const stage = stages.get(siteId)
  if (!stage) throw new Refusal('no_stage', 'This site has no active stage location for picked goods; make one first.')
  return stage
}
