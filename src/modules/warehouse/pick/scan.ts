import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { gtin14 } from '../../../math/gs1/sscc.ts'

/** What a scanner read at the bin: an item's code (SKU or GTIN of any of its units), and the lot's. */
export interface Scan {
  readonly itemId: string
  readonly lotCode: string | null
  readonly scannedCode: string | undefined
  readonly scannedLot: string | undefined
}

/** SKUs and GTINs of items, for the calls of a batch that scanned something. */
export const codesOf = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
): Promise<Map<string, { sku: string; codes: ReadonlySet<string> }>> => {
  if (itemIds.length === 0) return new Map()
  const rows = await sql<{ id: string; sku: string; gtins: string[] }[]>`
    select item.id, item.sku, array(select uom.gtin from item_uom uom where uom.company_id = ${company} and uom.item_id = item.id and uom.gtin is not null) as gtins
      from item
     where item.company_id = ${company} and item.id = any (${itemIds as string[]})`
  return new Map(
    rows.map(({ id, sku, gtins }) => [
      id,
      { sku, codes: new Set([sku.toLowerCase(), ...gtins.map((gtin) => gtin14(gtin)!)]) },
    ]),
  )
}

/** The wrong goods never leave the bin: a scan that names another item or lot is refused before anything is written. */
export const wrongScan = (
  scan: Scan,
  item: { sku: string; codes: ReadonlySet<string> } | undefined,
): Refusal | null => {
  if (scan.scannedCode !== undefined && item) {
    const code = gtin14(scan.scannedCode) ?? scan.scannedCode.toLowerCase()
    if (!item.codes.has(code) && !item.codes.has(scan.scannedCode.toLowerCase()))
      return new Refusal(
        'wrong_item',
        `This is ${scan.scannedCode}; the task wants ${item.sku}. Put it back and scan again.`,
      )
  }
  if (scan.scannedLot !== undefined && scan.lotCode !== null && scan.scannedLot !== scan.lotCode)
    return new Refusal(
      'wrong_lot',
      `This is lot ${scan.scannedLot}; the task wants lot ${scan.lotCode}, which was allocated because it expires first.`,
    )
  return null
}
