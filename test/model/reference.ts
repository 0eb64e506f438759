/**
 * What a distributor's stock must look like, told without any of the product's code: goods by lot and status, orders by
 * what was ordered, shipped and cancelled, what is to come. From these few numbers follows how much is covered by stock,
 * how much by supply and how much waits, whatever way the product found to get there.
 */
export type Status = 'available' | 'quarantine'
export interface ReferenceOrder {
  readonly sku: string
  ordered: number
  shipped: number
  cancelled: number
}
export interface Covered {
  readonly byStock: number
  readonly bySupply: number
  readonly waiting: number
}

export class Reference {
  /** `sku lot status` → base units on hand. */
  readonly stock = new Map<string, number>()
  /** Units that a picker did not find and nobody has counted yet, by `sku lot`. */
  readonly missing = new Map<string, number>()
  readonly frozen = new Set<string>()
  readonly orders = new Map<string, ReferenceOrder>()
  /** Expected receipts: units still to come. */
  readonly coming = new Map<string, { sku: string; left: number }>()
  /** Units that left the house and are on no order: transfers. */
  onTheRoad = 0

  come(sku: string, lot: string, status: Status, qty: number): void {
    const key = `${sku} ${lot} ${status}`
    const after = (this.stock.get(key) ?? 0) + qty
    if (after < 0) throw new Error(`the reference has ${after} of ${key}`)
    this.stock.set(key, after)
  }
  doubt(sku: string, lot: string, qty: number): void {
    this.missing.set(`${sku} ${lot}`, (this.missing.get(`${sku} ${lot}`) ?? 0) + qty)
  }
  onHand(): Record<string, number> {
    return Object.fromEntries([...this.stock].filter(([, qty]) => qty > 0).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  /** Good units of lots that may go, less those somebody looked for in vain. */
  sellable(sku: string): number {
    let sum = 0
    for (const [key, qty] of this.stock) {
      const [item, lot, status] = key.split(' ')
      if (item === sku && status === 'available' && !this.frozen.has(`${sku} ${lot}`))
        sum += qty - (this.missing.get(`${sku} ${lot}`) ?? 0)
    }
    return sum
  }
  open(sku: string): number {
    let sum = 0
    for (const order of this.orders.values())
      if (order.sku === sku) sum += order.ordered - order.shipped - order.cancelled
    return sum
  }
  /** No unit lies idle while somebody waits for it, none is promised twice: so each figure is the least of two. */
  covered(sku: string): Covered {
    const open = this.open(sku)
    const byStock = Math.min(open, this.sellable(sku))
    let coming = 0
    for (const supply of this.coming.values()) if (supply.sku === sku) coming += supply.left
    const bySupply = Math.min(open - byStock, coming)
    return { byStock, bySupply, waiting: open - byStock - bySupply }
  }
}
