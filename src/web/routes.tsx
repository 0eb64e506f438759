import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Gate } from './gate.tsx'
import { ProblemPanel } from './kit/parts/states.tsx'
import { Page } from './kit/shell/shell.tsx'

const root = createRootRoute({
  component: Gate,
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
  ]),
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
