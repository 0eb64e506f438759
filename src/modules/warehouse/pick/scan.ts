import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { codesOfItems, layoutsOf, type NamedLayout, type Reading, readCode } from '../../catalog/index.ts'

/** What a scanner read at the bin: the goods' code (SKU, GTIN, alias, label), and the lot's. */
export interface Scan {
  readonly itemId: string
  readonly lotCode: string | null
  readonly scannedCode: string | undefined
  readonly scannedLot: string | undefined
  /** SSCC of the plate the task takes from, and the one scanned. */
  readonly plate: string | null
  readonly scannedPlate: string | undefined
}
/** What is needed to understand the scans of a batch. */
export interface ScanWords {
  readonly items: ReadonlyMap<string, { readonly sku: string; readonly keys: ReadonlySet<string> }>
  readonly layouts: readonly NamedLayout[]
  readonly today: string
}

export const NO_SCANS: ScanWords = { items: new Map(), layouts: [], today: '' }

/** Codes of items and layouts of labels, for the calls of a batch that scanned something. */
export const scanWords = async (ctx: Ctx, itemIds: readonly string[]): Promise<ScanWords> => {
  if (itemIds.length === 0) return NO_SCANS
  const [items, layouts] = await Promise.all([codesOfItems(ctx, itemIds), layoutsOf(ctx)])
  return { items, layouts, today: ctx.now.toISOString().slice(0, 10) }
}

/** How this code names this item; null: it names another, or nothing. */
export const readingOf = (code: string, itemId: string, words: ScanWords): Reading | null => {
  const keys = words.items.get(itemId)?.keys
  const readings = readCode(code, words.layouts, words.today)
  return readings.find(({ key }) => keys?.has(key) || keys?.has(key.toUpperCase())) ?? null
}

/** The wrong goods never leave the bin: a scan that names another item or lot is refused before anything is written. */
export const wrongScan = (scan: Scan, words: ScanWords): Refusal | null => {
  const { scannedCode, scannedLot, itemId, lotCode } = scan
  const item = words.items.get(itemId)
  if (scannedCode !== undefined && item) {
    const reading = readingOf(scannedCode, itemId, words)
    if (!reading)
      return new Refusal(
        'wrong_item',
        `This is ${scannedCode}; the task wants ${item.sku}. Put it back and scan again.`,
      )
    if (reading.lot !== null && scannedLot === undefined && lotCode !== null && reading.lot !== lotCode)
      return wrongLot(reading.lot, lotCode)
  }
  if (scan.scannedPlate !== undefined && scan.scannedPlate !== scan.plate)
    return new Refusal(
      'wrong_plate',
      scan.plate === null
        ? `This is plate ${scan.scannedPlate}; the task wants loose goods of the bin.`
        : `This is plate ${scan.scannedPlate}; the task wants plate ${scan.plate}.`,
    )
  if (scannedLot !== undefined && lotCode !== null && scannedLot !== lotCode) return wrongLot(scannedLot, lotCode)
  return null
}

const wrongLot = (read: string, wanted: string): Refusal =>
  new Refusal(
    'wrong_lot',
    `This is lot ${read}; the task wants lot ${wanted}, which was allocated because it expires first.`,
  )
