import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawPacking, packContainer } from './index.ts'

const container = { id: 'pallet <1>', length: 1200, width: 800, height: 1000 }
const items = [
  { id: 'a & b', length: 400, width: 400, height: 500, quantity: 6 },
  { id: 'c', length: 600, width: 400, height: 500, quantity: 2 },
]
const packing = packContainer(container, items)

test('a drawing has each box that can be seen once, escapes names, and keeps the frame', () => {
  const svg = drawPacking(packing, { width: 500 })
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="500"/)
  assert.match(svg, /pallet &lt;1&gt;: 8 boxes/)
  assert.ok(!/pallet <1>/.test(svg) && /<title>a &amp; b<\/title>/.test(svg))
  assert.equal(svg.match(/<g>/g)!.length, svg.match(/<\/title><polygon/g)!.length)
  const [left, top, wide, high] = /viewBox="([^"]+)"/.exec(svg)![1]!.split(' ').map(Number) as [
    number,
    number,
    number,
    number,
  ]
  for (const [, points] of svg.matchAll(/points="([^"]+)"/g))
    for (const point of points!.split(' ')) {
      const [x, y] = point.split(',').map(Number) as [number, number]
      assert.ok(x >= left - 0.1 && x <= left + wide + 0.1 && y >= top - 0.1 && y <= top + high + 0.1, point)
    }
  assert.throws(() => drawPacking(packing, { width: 0 }), RangeError)
})

test('what is nearer is drawn later, what is walled in is not drawn', () => {
  const cube = packContainer({ id: 'c', length: 300, width: 300, height: 300 }, [
    { id: 'u', length: 100, width: 100, height: 100, quantity: 27 },
  ])
  const svg = drawPacking(cube, { label: ({ x, y, z }) => `${x} ${y} ${z}` })
  const titles = [...svg.matchAll(/<title>(\d+) (\d+) (\d+)<\/title>/g)].map((m) => m.slice(1).map(Number))
  assert.equal(titles.length, 19)
  for (const [n, a] of titles.entries())
    for (const b of titles.slice(n + 1)) assert.ok(!a.every((value, axis) => value >= b[axis]!), `${a} before ${b}`)
})
