import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type Static, t } from '../../core/t.ts'
import { type Kit, readKits } from '../catalog/index.ts'
import { keptOf, ofOthers } from './fences/fence.ts'
import { askingFor, fenceFree, freeStock } from './free.ts'
import { type Asking, availableTo, unclaimed } from './freeStock.ts'
import { type Atp, kitAtp } from './kits/kitAtp.ts'
import { offerKey } from './plan.ts'

const KitRow = t.object({
  /** Of the component that holds the number of kits down now. */
  limitedBy: t.text(),
  components: t.list(
    t.object({
      itemId: t.id('item'),
      sku: t.text(),
      description: t.text({ max: 400 }),
      uom: t.text(),
      /** num / den base units in one kit. */
      num: t.int(),
      den: t.int(),
      availableNow: t.int(),
      /** Kits that it is enough for. */
      kits: t.int(),
    }),
    { max: 500 },
  ),
})
const Row = t.object({
  itemId: t.id('item'),
  siteId: t.id('site'),
  /** Free of allocations, holds and promises: can be promised now, to the channel that was asked for, or to somebody. */
  availableNow: t.int(),
  /** Of what nobody has claimed, what is kept for channels; with a channel asked for: for the others. */
  kept: t.int(),
  /** Cumulative ATP at each date on which something is due in. */
  later: t.list(t.object({ on: t.date(), available: t.int() }), { max: 500 }),
  /** Of a kit: the minimum over its components, and which it is. */
  kit: t.nullable(KitRow),
})
interface PlainAtp extends Atp {
  readonly kept: number
}
export interface Available extends PlainAtp {
  readonly kit: Static<typeof KitRow> | null
}

/** ATP: available now, and by date (4). Numbers and dates only, so every caller may count the whole company. */
export const availability = query({
  title: 'Available to promise, now and by date',
  route: 'POST /promise/availability',
  permission: 'promise.read',
  sees: 'company',
  admits: { itemIds: 'item', siteId: 'site', channelId: 'channel' },
  input: t.object({
    itemIds: t.list(t.id('item'), { min: 1, max: 1_000 }),
    siteId: t.id('site'),
    /** What orders through this channel could have; null: orders of no channel. Left out: everybody together. */
    channelId: t.optional(t.nullable(t.id('channel'))),
  }),
  output: t.object({ rows: t.list(Row) }),
  async run({ itemIds, siteId, channelId }, ctx) {
    const available = await availableAt(ctx, siteId, itemIds, channelId === undefined ? null : { channelId })
    return {
      rows: itemIds.map((itemId) => {
        const { now, kept, later, kit } = available.get(itemId)!
        return { itemId, siteId, availableNow: now, kept, later: later.slice(0, 500), kit }
      }),
    }
  },
})

/**
 * What may be promised of items at a site; of kits as many as their components make.
 * @param asking for whom: their own holds are among it, other channels' fences are not. Null: everybody together.
 */
export const availableAt = async (
  ctx: Ctx,
  siteId: string,
  itemIds: readonly string[],
  asking: Partial<Asking> | null = null,
): Promise<Map<string, Available>> => {
  const kits = await readKits(ctx, itemIds)
  const shelf = [
    ...new Set(itemIds.flatMap((id) => kits.get(id)?.components.map((component) => component.itemId) ?? [id])),
  ]
  const pairs = shelf.map((itemId) => ({ siteId, itemId }))
  const [free, due] = await Promise.all([freeStock(ctx, pairs), dueIn(ctx, siteId, shelf)])
  const dated = Map.groupBy(due, (row) => row.itemId)
  const stock = new Map(
    pairs.map(({ itemId }) => {
      const key = offerKey(siteId, itemId)
      return [key, { ...free.get(key)!, supplies: dated.get(itemId) ?? [] }]
    }),
  )
  const [asked] = await Promise.all([askingFor(ctx, stock, pairs, asking), fenceFree(ctx, stock, pairs)])
  const plain = (itemId: string): PlainAtp => {
    const one = stock.get(offerKey(siteId, itemId))!
    const all = one.free - one.promised
    const kept = keptOf(one.fence, unclaimed(one), one.supplies).map((by) => ofOthers(by, asked?.channelId ?? null))
    // Less than nothing is there when promises stand on goods that are gone.
    const now = asked && all > 0 ? availableTo(one, asked) : all
    let available = now
    const days = new Map<string, number>()
    for (const [at, { on, left }] of one.supplies.entries()) {
      available += asked ? left - kept[at + 1]! : left
      days.set(on, available)
    }
    return { now, kept: kept[0]!, later: [...days].map(([on, units]) => ({ on, available: units })) }
  }
  return new Map(
    itemIds.map((itemId): [string, Available] => {
      const kit = kits.get(itemId)
      return [itemId, kit ? ofKit(kit, plain) : { ...plain(itemId), kit: null }]
    }),
  )
}

const dueIn = ({ sql, company }: Ctx, siteId: string, itemIds: readonly string[]) => sql<
  { id: string; itemId: string; on: string; left: number; open: number }[]
>`
  select id, item_id, due_on as on, expected - received - promised as left, expected - received as open
    from supply
   where company_id = ${company} and site_id = ${siteId} and item_id = any (${itemIds as string[]}) and expected - received > promised
   order by item_id, due_on, id`

const ofKit = (kit: Kit, plain: (itemId: string) => PlainAtp): Available => {
  const { now, later, limitedBy, kitsOf } = kitAtp(kit, plain)
  const components = kit.components.map(({ itemId, sku, name, baseUom, num, den }, at) => ({
    itemId,
    sku,
    description: name,
    uom: baseUom,
    num,
    den,
    availableNow: plain(itemId).now,
    kits: kitsOf[at]!,
  }))
  return {
    now,
    kept: 0,
    later,
    kit: { limitedBy: components.find((one) => one.itemId === limitedBy)!.sku, components },
  }
}
