import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { SupplyInput } from '../../stock/index.ts'
import { MovedLines, namedMoves } from '../replan/moved.ts'
import { changeSupplies } from './changeSupplies.ts'

/**
 * Dated expected receipts, many at once: what purchasing, transfers and 3PL feed write, and what promises are pegged to.
 * What waits for the items is planned anew in the same transaction, and the answer says whose dates moved: as a dry run,
 * the orders that a later or smaller supply would hurt, before it is saved.
 */
export const saveSupplies = command({
  title: 'Save expected receipts',
  route: 'POST /stock/supplies',
  permission: 'stock.supply',
  admits: {
    'supplies.id': 'supply',
    'supplies.siteId': 'site',
    'supplies.itemId': 'item',
    'supplies.partyId': 'party',
  },
  input: t.object({ supplies: t.list(SupplyInput, { min: 1, max: 2_000 }) }),
  output: t.object({ ids: t.list(t.id('supply'), { max: 2_000 }), affected: MovedLines }),
  emits: ['supply.saved'],
  lines: (input) => input.supplies.length,
  async run({ supplies }, ctx, call) {
    const { ids, moved } = await changeSupplies(ctx, call, supplies)
    return { ids, affected: await namedMoves(ctx, moved) }
  },
})
