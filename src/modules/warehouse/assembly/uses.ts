import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, type Static, t } from '../../../core/t.ts'
import { type BinStock, type Meant, stockMeant } from '../../stock/index.ts'
import { type AssemblyPart, type LockedAssembly, unitsFor } from './lockAssembly.ts'

/** Goods that were taken for it, where they are not simply the lots set aside from their bins: pieces by their numbers. */
export const UsedInput = t.object({
  itemId: t.id('item'),
  /** Left out of pieces with numbers: where the books have each of them. */
  locationId: t.optional(t.id('location')),
  lotId: t.optional(t.id('lot')),
  qty: t.qty({ min: 1 }),
  serials: t.optional(t.list(t.code(), { max: 10_000 })),
})
export interface Use extends BinStock {
  readonly partId: string
  readonly allocationId: string
}
interface Aside {
  readonly id: string
  readonly partId: string
  readonly lotId: string
  readonly lot: string | null
  readonly ownerId: string
  left: number
}

/**
 * Which goods go into so many kits: what is set aside, first-expiring lots first, from the bins in walking order; where the
 * floor says what it took, that, as far as it is of the lots set aside. All that is missing is told at once. The caller
 * holds the demand lines and allocations.
 */
export const chooseUses = async (
  ctx: Ctx,
  { id, siteId }: LockedAssembly,
  parts: readonly AssemblyPart[],
  kits: number,
  used: readonly Static<typeof UsedInput>[],
): Promise<Use[]> => {
  const { sql, company } = ctx
  const [aside, bins, named] = await Promise.all([
    sql<Aside[]>`
      select taken.id, taken.demand_line_id as part_id, taken.lot_id, lot.code as lot, taken.owner_id, taken.qty - taken.shipped - taken.dropped as left
        from assembly_part part
        join allocation taken on taken.company_id = ${company} and taken.demand_line_id = part.id and taken.qty > taken.shipped + taken.dropped
        left join lot on lot.company_id = ${company} and lot.id = taken.lot_id
       where part.company_id = ${company} and part.assembly_id = ${id} and lot.held is not true
       order by lot.expires_on nulls last, taken.id`,
    sql<(BinStock & { left: number })[]>`
      select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status, bin.on_hand - bin.tasked as qty, bin.on_hand - bin.tasked as left
        from stock_balance bin
        join location place on place.company_id = ${company} and place.id = bin.location_id and place.kind in ('pick', 'storage', 'dock')
       where bin.company_id = ${company} and bin.site_id = ${siteId} and bin.item_id = any (${parts.map((part) => part.itemId)}::uuid[]) and bin.status = 'available' and bin.on_hand > bin.tasked
       order by bin.lpn_id <> ${NIL}, place.pick_seq, place.code, bin.lpn_id`,
    saidStock(ctx, used),
  ])
  refuseMissing(parts, aside, kits)
  return parts.flatMap((part) => {
    const need = unitsFor(part, kits)
    const own = aside.filter((row) => row.partId === part.id)
    const said = named.filter((row) => row.itemId === part.itemId)
    if (said.length > 0) return takeSaid(part, need, own, said)
    if (part.tracking === 'serial')
      throw new Refusal(
        'serials_needed',
        `${part.sku} is tracked by serial number: say which ${need} pieces were used, and from where.`,
        422,
      )
    return takeAside(part, need, own, bins)
  })
}

/** Rows of bins that the floor means. */
const saidStock = async (ctx: Ctx, used: readonly Static<typeof UsedInput>[]): Promise<BinStock[]> => {
  if (used.length === 0) return []
  const { sql, company } = ctx
  const codes = used.flatMap(({ itemId, locationId, serials }) =>
    locationId === undefined ? (serials ?? []).map((code) => ({ itemId, code })) : [],
  )
  const known = await sql<{ itemId: string; code: string; locationId: string }[]>`
    select item_id, code, location_id
      from serial
     where company_id = ${company} and (item_id, code) in (select * from unnest(${codes.map((c) => c.itemId)}::uuid[], ${codes.map((c) => c.code)}::text[]))`
  const wants = used.flatMap(({ itemId, locationId, ...one }): Meant[] => {
    if (locationId !== undefined) return [{ itemId, locationId, ...one }]
    const place = (code: string) => known.find((row) => row.itemId === itemId && row.code === code)?.locationId ?? NIL
    const places = Map.groupBy(one.serials ?? [], place)
    if (places.size === 0)
      throw new Refusal(
        'location_needed',
        'Say from which bin it was taken, or leave it out: then it is what is set aside.',
        422,
      )
    return [...places].map(([at, serials]) => ({ itemId, locationId: at, qty: serials.length, serials }))
  })
  return (await stockMeant(ctx, wants, (at) => `used.${at}.serials`)).flat()
}

const refuseMissing = (parts: readonly AssemblyPart[], aside: readonly Aside[], kits: number): void => {
  const missing = parts.flatMap((part) => {
    const need = unitsFor(part, kits)
    const there = aside.reduce((sum, row) => sum + (row.partId === part.id ? row.left : 0), 0)
    return there < need ? [`${part.sku} (${there} of ${need} ${part.uom})`] : []
  })
  if (missing.length > 0)
    throw new Refusal(
      'components_missing',
      `Not all components are set aside for ${kits}: ${missing.join(', ')}. Report as many as there are, or wait for the rest.`,
    )
}

/** What the floor says it took, against what is set aside of these very lots. */
const takeSaid = (part: AssemblyPart, need: number, own: Aside[], said: readonly BinStock[]): Use[] => {
  const total = said.reduce((sum, row) => sum + row.qty, 0)
  if (total !== need)
    throw new Refusal('wrong_quantity', `${need} of ${part.sku} go into these kits; ${total} were named.`, 422)
  return said.flatMap((row) => {
    let left = row.qty
    let from = 0
    const uses: Use[] = []
    for (const one of own) {
      const qty =
        row.status !== 'available' || one.lotId !== row.lotId || one.ownerId !== row.ownerId
          ? 0
          : Math.min(left, one.left)
      if (qty === 0) continue
      one.left -= qty
      left -= qty
      const serials = row.serials?.slice(from, from + qty)
      from += qty
      uses.push({ ...row, qty, ...(serials && { serials }), partId: part.id, allocationId: one.id })
    }
    if (left > 0) {
      const lots = own.filter((one) => one.left > 0).map((one) => `${one.lot ?? 'stock'} (${one.left})`)
      throw new Refusal(
        'not_set_aside',
        `${left} of ${part.sku} are not set aside for this assembly. Take others: ${lots.join(', ')}.`,
      )
    }
    return uses
  })
}

const takeAside = (part: AssemblyPart, need: number, own: Aside[], bins: (BinStock & { left: number })[]): Use[] => {
  const uses: Use[] = []
  let left = need
  for (const one of own) {
    for (const bin of bins) {
      if (bin.itemId !== part.itemId || bin.lotId !== one.lotId || bin.ownerId !== one.ownerId) continue
      const qty = Math.min(left, one.left, bin.left)
      if (qty <= 0) continue
      one.left -= qty
      bin.left -= qty
      left -= qty
      const { left: _, ...place } = bin
      uses.push({ ...place, qty, partId: part.id, allocationId: one.id })
    }
    if (left === 0) return uses
  }
  throw new Refusal(
    'not_in_bins',
    `${left} of ${part.sku} are set aside, but stand in no bin where they can be taken: they are picked, or tasks claim the bins.`,
  )
}
