import { t } from '../../../core/t.ts'
import { statuses } from '../../stock/index.ts'

export const ReceiptLine = t.object({
  itemId: t.id('item'),
  /** The expected receipt it belongs to; left out for goods that nobody announced. */
  supplyId: t.optional(t.id('supply')),
  /** Nothing more will come of this supply: what it still owed is promised anew. */
  closes: t.optional(t.bool()),
  qty: t.qty({ min: 1 }),
  lotCode: t.optional(t.code()),
  expiresOn: t.optional(t.date()),
  madeOn: t.optional(t.date()),
  status: t.optional(t.oneOf(statuses)),
  /** Left out: the item's home bin, else the dock; the quarantine for what is not available. */
  locationId: t.optional(t.id('location')),
  /** Of items tracked by serial number: as many as pieces. */
  serials: t.optional(t.list(t.code(), { max: 10_000 })),
  /** Whose goods these are, when they are not ours. */
  ownerId: t.optional(t.id('party')),
  /** The plate they stand on: the `ref` of one of `plates`. */
  plate: t.optional(t.code()),
  /** Of all of the line together, of goods that are sold by weight. */
  weightG: t.optional(t.int({ min: 1 })),
  /** A reason code of kind weight: lets a weight pass that is out of the item's tolerance. */
  weightReason: t.optional(t.code({ max: 40 })),
})
