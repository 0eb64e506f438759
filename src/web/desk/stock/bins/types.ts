import type { api } from '../../../kit/data/api.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'

export type ItemBins = OutputOfCall<typeof api.stock.bins>
export type ItemFacts = ItemBins['item']
export type Bin = ItemBins['bins'][number]

export const statusWords: Readonly<Record<string, string>> = {
  available: 'Available',
  quarantine: 'Quarantine',
  damaged: 'Damaged',
  hold: 'On hold',
  returns: 'Returned',
}
/** What of a row a command means: of pieces with numbers the numbers say the rest. */
export const meant = (item: ItemFacts, bin: Bin) => ({
  itemId: item.id,
  ...(bin.lotId && { lotId: bin.lotId }),
  ...(bin.plateId && { lpnId: bin.plateId }),
  ...(bin.ownerId && { ownerId: bin.ownerId }),
  status: bin.status as 'available',
})
/** One row in words, for titles and those who hear the page. */
export const wordsOf = (bin: Bin): string =>
  [
    bin.location,
    bin.lot && `lot ${bin.lot}`,
    bin.plate && `plate …${bin.plate.slice(-6)}`,
    bin.owner && `of ${bin.owner}`,
    bin.status !== 'available' && (statusWords[bin.status] ?? bin.status).toLowerCase(),
  ]
    .filter(Boolean)
    .join(', ')

/** Numbers as a scanner or a spreadsheet leaves them: one a line, or parted by spaces, commas, semicolons. */
export const codesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)
