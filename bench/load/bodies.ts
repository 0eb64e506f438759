import { dice } from '../kit/wholesaler.ts'

export interface Goods {
  readonly siteId: string
  readonly partyIds: readonly string[]
  readonly itemIds: readonly string[]
  readonly lines: number
}

const BODIES = 200

/** Orders as they are sent, ready made: who sends them is to cost little beside the server. The same in each process. */
export const bodiesOf = ({ siteId, partyIds, itemIds, lines }: Goods): readonly Buffer[] => {
  const roll = dice(20261127)
  return Array.from({ length: BODIES }, () =>
    Buffer.from(
      JSON.stringify({
        partyId: partyIds[roll(partyIds.length)],
        siteId,
        lines: Array.from({ length: lines }, () => ({
          itemId: itemIds[roll(itemIds.length)],
          uom: 'EA',
          uomQty: 1 + roll(9),
        })),
      }),
    ),
  )
}
