import { module } from '../../core/capability.ts'
import { invariants } from './invariants.ts'
import { cancelOrder } from './orders/cancelOrder.ts'
import { changeLines } from './orders/changeLines.ts'
import { createOrder } from './orders/createOrder.ts'
import { orders } from './orders/listOrders.ts'
import { order } from './orders/order.ts'
import { placeOrder } from './orders/placeOrder.ts'
import { saveItemSuppliers } from './terms/saveItemSuppliers.ts'
import { saveTerms } from './terms/saveTerms.ts'
import { itemSuppliers, suppliers } from './terms/suppliers.ts'

export { makeOrders } from './orders/makeOrders.ts'
export { placeDrafts } from './orders/place.ts'
export { leadTimesSeenOf, priceAt, type Source, sourcesOf, UNKNOWN_LEAD_DAYS } from './terms/readTerms.ts'

const ofOrder = { kind: 'purchase_order', permission: 'purchasing.read', version: 1 }

export const purchasing = module({
  name: 'purchasing',
  capabilities: {
    saveTerms,
    saveItemSuppliers,
    suppliers,
    itemSuppliers,
    createOrder,
    placeOrder,
    changeLines,
    cancelOrder,
    orders,
    order,
  },
  events: {
    'supplier.saved': { kind: 'party', permission: 'purchasing.read', version: 1 },
    'purchase.created': ofOrder,
    'purchase.placed': ofOrder,
    'purchase.changed': ofOrder,
    'purchase.cancelled': ofOrder,
  },
  invariants,
})
