import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ProblemPanel } from './kit/parts/states.tsx'
import { Page, Shell } from './kit/shell/shell.tsx'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Page title="No such page">
      <p className="quiet">The address may be mistyped. Ctrl K finds every page and record.</p>
    </Page>
  ),
  errorComponent: ({ error, reset }) => (
    <main className="page">
      <ProblemPanel error={error} retry={reset} />
    </main>
  ),
})

const page = <const P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component })

export const router = createRouter({
  basepath: '/app',
  routeTree: root.addChildren([
    page(
      '/',
      lazyRouteComponent(() => import('./desk/today/today.tsx'), 'Today'),
    ),
    page(
      '/orders',
      lazyRouteComponent(() => import('./desk/orders/orders.tsx'), 'Orders'),
    ),
    page(
      '/orders/new',
      lazyRouteComponent(() => import('./desk/orders/newOrder.tsx'), 'NewOrder'),
    ),
    page(
      '/orders/$id',
      lazyRouteComponent(() => import('./desk/orders/order.tsx'), 'Order'),
    ),
    page(
      '/stock',
      lazyRouteComponent(() => import('./desk/stock/stock.tsx'), 'Stock'),
    ),
    page(
      '/stock/$id',
      lazyRouteComponent(() => import('./desk/stock/item.tsx'), 'Item'),
    ),
    page(
      '/waves',
      lazyRouteComponent(() => import('./desk/floor/waves.tsx'), 'Waves'),
    ),
    page(
      '/waves/$id',
      lazyRouteComponent(() => import('./desk/floor/wave.tsx'), 'Wave'),
    ),
    page(
      '/invoices',
      lazyRouteComponent(() => import('./desk/money/invoices.tsx'), 'Invoices'),
    ),
    page(
      '/invoices/$id',
      lazyRouteComponent(() => import('./desk/money/invoice.tsx'), 'Invoice'),
    ),
    page(
      '/import',
      lazyRouteComponent(() => import('./desk/imports/imports.tsx'), 'Imports'),
    ),
    page(
      '/import/$id',
      lazyRouteComponent(() => import('./desk/imports/import.tsx'), 'Import'),
    ),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
