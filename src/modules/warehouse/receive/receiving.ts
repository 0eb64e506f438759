import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { placeOfKind } from '../../stock/index.ts'

/** What may come more than was ordered, in millionths, when the company has not said otherwise. */
const OVER_RECEIPT_PPM = 50_000

/** Read after the supplies were raised, in their lock: what two docks receive at once is counted together. */
export const refuseOverReceipt = async (
  { sql, company }: Ctx,
  siteId: string,
  lines: readonly { supplyId?: string; itemId: string }[],
): Promise<void> => {
  const announced = lines.filter((line) => line.supplyId !== undefined)
  if (announced.length === 0) return
  const rows = await sql<
    {
      id: string
      siteId: string
      itemId: string
      reference: string
      ofTransfer: boolean
      ofAssembly: boolean
      expected: number
      received: number
      tolerancePpm: number
    }[]
  >`
    select supply.id, supply.site_id, supply.item_id, supply.reference, supply.transfer_line_id is not null as of_transfer, supply.assembly_id is not null as of_assembly, supply.expected, supply.received,
           coalesce((company.settings ->> 'overReceiptPpm')::int, ${OVER_RECEIPT_PPM}) as tolerance_ppm
      from supply
      join company on company.company_id = supply.company_id
     where supply.company_id = ${company} and supply.id = any (${announced.map((line) => line.supplyId!)})`
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const line of announced) {
    const supply = byId.get(line.supplyId!)
    if (!supply) throw notFound('supply')
    if (supply.ofTransfer)
      throw new Refusal(
        'is_transfer',
        `${supply.reference} comes from another site of ours: receive it by its transfer, which knows lots and what is on the road.`,
      )
    if (supply.ofAssembly)
      throw new Refusal(
        'is_assembly',
        `${supply.reference} is assembled here: report it done, which uses its components.`,
      )
    if (supply.siteId !== siteId || supply.itemId !== line.itemId)
      throw new Refusal('wrong_supply', `${supply.reference} expects another item or another site.`, 422)
    if (supply.received > supply.expected + Math.floor((supply.expected * supply.tolerancePpm) / 1_000_000))
      throw new Refusal(
        'over_receipt',
        `${supply.reference} expects ${supply.expected}; ${supply.received} would be received in all, more than the tolerance allows.`,
      )
  }
}

const receivingKinds: ReadonlySet<string> = new Set(['storage', 'pick', 'dock', 'quarantine'])

/** Where each line goes when nobody said: good stock to its home bin, the rest to the quarantine; else the dock. */
export const placesFor = async (
  ctx: Ctx,
  siteId: string,
  lines: readonly { itemId: string; status: string; locationId?: string }[],
): Promise<string[]> => {
  const { sql, company } = ctx
  const [docks, quarantines, homes, given] = await Promise.all([
    placeOfKind(ctx, [siteId], 'dock'),
    placeOfKind(ctx, [siteId], 'quarantine'),
    sql<{ itemId: string; id: string }[]>`
      select rule.item_id, place.id
        from item_site rule
        join location place on place.company_id = ${company} and place.id = rule.home_location_id and place.kind in ('storage', 'pick', 'dock') and place.active
       where rule.company_id = ${company} and rule.site_id = ${siteId} and rule.item_id = any (${lines.map((line) => line.itemId)})`,
    sql<{ id: string; siteId: string; kind: string }[]>`
      select id, site_id, kind
        from location
       where company_id = ${company} and id = any (${lines.flatMap((line) => line.locationId ?? [])})`,
  ])
  const homeOf = new Map(homes.map((row) => [row.itemId, row.id]))
  const kinds = new Map(given.map((place) => [place.id, place.siteId === siteId ? place.kind : 'foreign']))
  for (const line of lines) {
    const kind = line.locationId === undefined ? 'dock' : kinds.get(line.locationId)!
    if (receivingKinds.has(kind) && (kind !== 'quarantine' || line.status !== 'available')) continue
    throw new Refusal(
      'wrong_location',
      kind === 'quarantine'
        ? 'Nobody picks from the quarantine: receive good stock into a storage, pick or dock location, or receive it as quarantine.'
        : 'Goods are received into a storage, pick or dock location of the site itself, or into its quarantine. What stands on a stage is on its way out: nobody could pick it.',
      422,
    )
  }
  return lines.map((line) => {
    const place =
      line.locationId ??
      (line.status === 'available' ? homeOf.get(line.itemId) : quarantines.get(siteId)) ??
      docks.get(siteId)
    if (!place)
      throw new Refusal(
        'no_dock',
        'This site has no active dock location to receive into; make one or name a location.',
      )
    return place
  })
}
