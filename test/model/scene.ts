/** What deeds look at: bins, lots, and whether a no was right. */
import type { Scene } from './actions.ts'

export const of = <T>(list: readonly T[], n: unknown): T | undefined => list[(n as number) % Math.max(1, list.length)]
export const codeOf = (error: unknown): string => String((error as { code?: string }).code)
/** A no of the product is right when the books say so too. */
export const refusedFor = async (work: Promise<unknown>, codes: readonly string[]): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => {
      if (codes.includes(codeOf(error))) return true
      throw error
    },
  )

interface BinRow {
  readonly locationId: string
  readonly sku: string
  readonly lotId: string
  readonly lot: string
  readonly status: 'available' | 'quarantine'
  readonly onHand: number
  readonly tasked: number
  readonly free: number
  readonly kind: string
}
export const bins = ({ c }: Scene) =>
  c.rows(
    (sql) => sql<BinRow[]>`
      select bin.location_id, item.sku, bin.lot_id, coalesce(lot.code, '-') as lot, bin.status, bin.on_hand, bin.tasked, place.kind,
             least(bin.on_hand - bin.tasked, pool.on_hand - pool.allocated - pool.held)::int8 as free
        from stock_balance bin
        join location place on place.company_id = ${c.company} and place.id = bin.location_id
        join item on item.company_id = ${c.company} and item.id = bin.item_id
        join stock_pool pool on pool.company_id = ${c.company} and pool.site_id = bin.site_id and pool.item_id = bin.item_id and pool.lot_id = bin.lot_id
         and pool.owner_id = bin.owner_id and pool.status = bin.status
        left join lot on lot.company_id = ${c.company} and lot.id = bin.lot_id
       where bin.company_id = ${c.company} and bin.site_id = ${c.site} and bin.on_hand > 0
       order by place.code, item.sku, lot.code nulls first, bin.status`,
  )
/** Lots of which something is claimed by tasks or stands picked: nobody freezes or expires them here. */
export const busyLots = async ({ c }: Scene): Promise<Set<string>> =>
  new Set(
    (
      await c.rows(
        (sql) => sql<{ lotId: string }[]>`
          select distinct lot_id from allocation where company_id = ${c.company} and tasked + picked > shipped`,
      )
    ).map((row) => row.lotId),
  )
export const meant = (s: Scene, row: BinRow) => ({
  itemId: s.c.item.get(row.sku),
  ...(row.lot !== '-' && { lotId: row.lotId }),
  ...(row.status !== 'available' && { status: row.status }),
})

export const lotFor = (s: Scene, code: string, fresh: boolean, n: number) => {
  if (code === 'TEA') return { code: '-', line: {} }
  const known = [...s.lots].filter(
    ([key, lot]) => key.startsWith('OIL ') && !s.reference.frozen.has(key) && lot.expiresOn! > s.later(5),
  )
  const again = fresh ? undefined : of(known, n)
  const name = again?.[0].split(' ')[1] ?? `L${s.lots.size + 1}`
  const expiresOn = again?.[1].expiresOn ?? s.later(n % 2 === 0 ? 30 : 90)
  return { code: name, line: { lotCode: name, expiresOn } }
}
export const learnLots = async (s: Scene): Promise<void> => {
  for (const row of await s.c.rows(
    (sql) => sql<{ id: string; code: string; sku: string; expiresOn: string | null }[]>`
      select lot.id, lot.code, item.sku, lot.expires_on from lot join item on item.company_id = lot.company_id and item.id = lot.item_id where lot.company_id = ${s.c.company}`,
  ))
    s.lots.set(`${row.sku} ${row.code}`, { id: row.id, expiresOn: row.expiresOn })
}
