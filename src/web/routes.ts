import { page } from './kit/shell/paths.ts'

/** Every page and its address. None but Today is in the first screen. */
export const routes = [
  page('/', () => import('./desk/today/today.tsx'), 'Today'),
  page('/decisions', () => import('./desk/figures/decisions.tsx'), 'Decisions'),
  page('/figures/$key', () => import('./desk/figures/figure.tsx'), 'Figure'),
  page('/orders', () => import('./desk/orders/orders.tsx'), 'Orders'),
  page('/orders/new', () => import('./desk/draft/newOrder.tsx'), 'NewOrder'),
  page('/orders/$id', () => import('./desk/orders/order.tsx'), 'Order'),
  page('/orders/$id/amend', () => import('./desk/draft/amendOrder.tsx'), 'AmendOrder'),
  page('/customers', () => import('./desk/customers/customers.tsx'), 'Customers'),
  page('/customers/$id', () => import('./desk/customers/customer.tsx'), 'Customer'),
  page('/stock', () => import('./desk/stock/stock.tsx'), 'Stock'),
  page('/stock/$id', () => import('./desk/stock/item.tsx'), 'Item'),
  page('/waves', () => import('./desk/floor/waves.tsx'), 'Waves'),
  page('/waves/$id', () => import('./desk/floor/wave.tsx'), 'Wave'),
  page('/counts', () => import('./desk/counts/counts.tsx'), 'Counts'),
  page('/invoices', () => import('./desk/money/invoices.tsx'), 'Invoices'),
  page('/invoices/$id', () => import('./desk/money/invoice.tsx'), 'Invoice'),
  page('/import', () => import('./desk/imports/imports.tsx'), 'Imports'),
  page('/import/$id', () => import('./desk/imports/import.tsx'), 'Import'),
  page('/people', () => import('./desk/people/people.tsx'), 'People'),
  page('/people/roles', () => import('./desk/people/roles.tsx'), 'Roles'),
  page('/people/keys', () => import('./desk/people/keys.tsx'), 'Keys'),
  page('/people/$id', () => import('./desk/people/person.tsx'), 'Person'),
  page('/account', () => import('./desk/account/account.tsx'), 'Account'),
]
