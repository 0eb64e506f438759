import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { SupplyInput, writeSupplies } from '../../stock/index.ts'

/**
 * Dated expected receipts, many at once: what purchasing, transfers and 3PL feed write, and what promises are pegged to.
 * The rows are stock's; the command stands here, since what waits for the item is planned anew with them.
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
  output: t.object({ ids: t.list(t.id('supply'), { max: 2_000 }) }),
  emits: ['supply.saved'],
  lines: (input) => input.supplies.length,
  async run({ supplies }, ctx, call) {
    const saved = await writeSupplies(ctx, supplies)
    for (const row of saved) ctx.emit(call, 'supply.saved', row)
    return { ids: saved.map((row) => row.id) }
  },
})
