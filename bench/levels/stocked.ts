import { inParallel } from '../kit/caller.ts'
import { dice, newWholesaler, type Wholesaler } from '../kit/wholesaler.ts'

/** What the bench itself did to one item at one site: kept beside the app, by plain addition. */
export interface Book {
  readonly siteId: string
  readonly itemId: string
  onHand: number
  /** In quarantine: on hand, not to be sold. */
  blocked: number
  expected: number
  /** Ordered and confirmed, not shipped. */
  owed: number
}
export interface Rule {
  readonly siteId: string
  readonly itemId: string
  readonly reorderPoint: number
  readonly maxQty: number
  readonly packQty: number
}
export interface Stocked {
  readonly world: Wholesaler
  readonly books: ReadonlyMap<string, Book>
  readonly rules: readonly Rule[]
}

/** The most lines that one receipt takes. */
const RECEIPT_LINES = 2_000
const SUPPLIES = 2_000
const ORDERS = 5
const ORDER_LINES = 200

export const keyOf = ({ siteId, itemId }: { siteId: string; itemId: string }): string => `${siteId} ${itemId}`

/**
 * A wholesaler with two sites whose ledger holds `moves` rows, all through the commands that people use: one in two
 * hundred is a correction, the rest receipts, of which every twentieth goes to quarantine. Then come expected receipts,
 * confirmed orders, and one order point per item, by turns at either site.
 */
export const stocked = async (items: number, moves: number): Promise<Stocked> => {
  const world = await newWholesaler({ items, customers: 1, stock: 0 })
  const other = await secondSite(world)
  const sites = [
    { id: world.siteId, bins: world.bins },
    { id: other.siteId, bins: other.bins },
  ]
  const roll = dice(100_000)
  const books = new Map<string, Book>()
  const bookOf = (siteId: string, itemId: string): Book => {
    const key = keyOf({ siteId, itemId })
    const book = books.get(key) ?? { siteId, itemId, onHand: 0, blocked: 0, expected: 0, owed: 0 }
    books.set(key, book)
    return book
  }

  const corrections = Math.floor(moves / 200)
  for (let made = 0, no = 0; made < moves - corrections; made += RECEIPT_LINES, no += 1) {
    const { id: siteId, bins } = sites[no % 2]!
    const lines = Array.from({ length: Math.min(RECEIPT_LINES, moves - corrections - made) }, () => {
      const at = roll(items)
      const itemId = world.itemIds[at]!
      const qty = 1 + roll(20)
      const good = roll(20) > 0
      const book = bookOf(siteId, itemId)
      book.onHand += qty
      if (!good) book.blocked += qty
      return good ? { itemId, qty, locationId: bins[at]! } : { itemId, qty, status: 'quarantine' }
    })
    await world.run('warehouse.receive', { siteId, reference: `R${no}`, lines })
  }

  const lost = Array.from({ length: corrections }, () => {
    const site = sites[roll(2)!]!
    const at = roll(items)
    const book = bookOf(site.id, world.itemIds[at]!)
    const qty = book.onHand - book.blocked > 0 ? -1 : 1
    book.onHand += qty
    return { locationId: site.bins[at]!, itemId: world.itemIds[at]!, qty, reason: qty < 0 ? 'lost' : 'found' }
  })
  // In this order: a find and a loss of one item would change places otherwise. One caller, as they share the queue anyway.
  await inParallel(1, lost, (correction) => world.run('warehouse.adjust', correction))

  const today = world.clock.now()
  const dueOn = new Date(today.getTime() + 7 * 86_400_000).toISOString().slice(0, 10)
  const supplies = Array.from({ length: Math.min(SUPPLIES, items) }, (_, no) => {
    const { id: siteId } = sites[roll(2)!]!
    const itemId = world.itemIds[roll(items)]!
    const expected = 1 + roll(100)
    bookOf(siteId, itemId).expected += expected
    return { siteId, itemId, kind: 'purchase', reference: `PO${no}`, dueOn, expected }
  })
  await world.run('promise.saveSupplies', { supplies })

  for (let no = 0; no < ORDERS; no += 1) {
    const lines = Array.from({ length: Math.min(ORDER_LINES, items) }, () => [roll(items), 1 + roll(40)] as const)
    for (const [at, qty] of lines) bookOf(world.siteId, world.itemIds[at]!).owed += qty
    const order = await world.order(lines)
    await world.run('sales.confirm', { orderId: order.id })
  }

  const rules = world.itemIds.map((itemId, at) => ({
    siteId: sites[at % 2]!.id,
    itemId,
    reorderPoint: 50 + roll(100),
    maxQty: 150 + roll(150),
    packQty: 1 + roll(24),
  }))
  for (let from = 0; from < items; from += 2_000)
    await world.run('stock.saveItemSites', {
      rules: rules.slice(from, from + 2_000).map((rule) => ({ ...rule, abc: 'B' })),
    })
  return { world, books, rules }
}

const secondSite = async (world: Wholesaler): Promise<{ siteId: string; bins: string[] }> => {
  const { sites } = await world.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  const siteId: string = sites[0].id
  const bins: string[] = []
  for (let from = 0; from < world.itemIds.length; from += 500) {
    const { locations } = await world.run('sites.saveLocations', {
      siteId,
      locations: world.itemIds.slice(from, from + 500).map((_, n) => ({
        code: `B-${from + n + 1}`,
        kind: 'pick',
        aisle: 'B',
        xMm: 1000 * n,
        yMm: 0,
        zMm: 0,
        pickSeq: from + n,
      })),
    })
    bins.push(...locations.map((row: { id: string }) => row.id))
  }
  return { siteId, bins }
}
