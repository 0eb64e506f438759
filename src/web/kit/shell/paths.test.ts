import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byWords, match, page } from './paths.ts'

const Orders = () => null
const routes = byWords(
  ['/', '/orders', '/orders/$id', '/orders/new', '/orders/$id/amend'].map((path) =>
    page(path, async () => ({ Orders }), 'Orders'),
  ),
)
const found = (path: string) => {
  const at = match(routes, path)
  return at && [`/${at.route.parts.join('/')}`, at.params]
}

test('an address finds its page: words before parameters, whole paths only', () => {
  assert.deepEqual(found('/'), ['/', {}])
  assert.deepEqual(found('/orders/'), ['/orders', {}])
  assert.deepEqual(found('/orders/new'), ['/orders/new', {}])
  assert.deepEqual(found('/orders/1'), ['/orders/$id', { id: '1' }])
  assert.deepEqual(found('/orders/1/amend'), ['/orders/$id/amend', { id: '1' }])
  assert.deepEqual([found('/order'), found('/orders/1/2'), found('/orders/1/amend/x')], [null, null, null])
})

test('a page is loaded once, and again only when it could not be loaded', async () => {
  let asked = 0
  const route = page(
    '/x',
    async () => {
      asked += 1
      if (asked === 1) throw new Error('no network')
      return { Orders }
    },
    'Orders',
  )
  await assert.rejects(route.load(), /no network/)
  assert.equal(await route.load(), Orders)
  assert.equal(await route.load(), Orders)
  assert.equal(asked, 2)
})
