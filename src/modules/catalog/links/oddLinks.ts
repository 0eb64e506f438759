import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { findCycle } from '../../../math/kit/explode.ts'
import type { LinkSet } from './storeLinks.ts'

/** All that is wrong at once, path by path. */
export const refuseOddLinks = async ({ sql, company }: Ctx, sets: readonly LinkSet[]): Promise<void> => {
  const ids = [...new Set(sets.flatMap((set) => [set.itemId, ...set.links.map((link) => link.otherId)]))]
  const items = new Map(
    (
      await sql<{ id: string; sku: string; kind: string; bundle: string | null }[]>`
        select id, sku, kind,
               (select min(link.kind) from item_link link where link.company_id = ${company} and link.item_id = item.id and link.kind in ('kit', 'assembly')) as bundle
          from item
         where company_id = ${company} and id = any (${ids})`
    ).map((item) => [item.id, item]),
  )
  const problems: { path: string; message: string }[] = []
  const seen = new Set<string>()
  const bundles = new Map([...items.values()].map(({ id, bundle }) => [id, bundle]))
  for (const { itemId, kind, links } of sets)
    if ((kind === 'kit' || kind === 'assembly') && links.length === 0 && bundles.get(itemId) === kind)
      bundles.set(itemId, null)
  for (const [no, set] of sets.entries()) {
    const item = items.get(set.itemId)!
    const wrong = (at: string, message: string) => problems.push({ path: `sets.${no}${at}`, message })
    if (seen.has(`${set.itemId} ${set.kind}`)) wrong('', `${item.sku} is named twice`)
    seen.add(`${set.itemId} ${set.kind}`)
    if (item.kind !== 'goods') wrong('.itemId', `${item.sku} is no goods`)
    if (set.kind === 'successor' && set.links.length > 1)
      wrong('.links', `${item.sku} has one successor at a time; what replaces that one is its own successor`)
    if ((set.kind === 'kit' || set.kind === 'assembly') && set.links.length > 0) {
      const other = bundles.get(set.itemId)
      if (other && other !== set.kind)
        wrong('.kind', `${item.sku} is ${other === 'kit' ? 'sold as a kit' : 'assembled to stock'}; it cannot be both`)
      bundles.set(set.itemId, set.kind)
    }
    const others = new Set<string>()
    for (const [at, link] of set.links.entries()) {
      const other = items.get(link.otherId)!
      const path = `.links.${at}`
      if (link.otherId === set.itemId) wrong(path, `${item.sku} cannot stand for itself`)
      if (other.kind !== 'goods') wrong(path, `${other.sku} is no goods`)
      if (others.has(link.otherId)) wrong(path, `${other.sku} is named twice`)
      if (link.mutual && set.kind !== 'substitute') wrong(`${path}.mutual`, 'only substitutes work both ways')
      if (link.validFrom && set.kind !== 'successor') wrong(`${path}.validFrom`, 'only a successor begins on a day')
      others.add(link.otherId)
    }
  }
  if (problems.length === 0) return
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : ''
  throw new Refusal(
    'links_refused',
    `${problems
      .slice(0, 3)
      .map((problem) => problem.message)
      .join('; ')}${more}.`,
    422,
    problems.slice(0, 200),
  )
}

/** Kits, virtual and assembled, are one web; successors are another. */
export const refuseCircles = async ({ sql, company }: Ctx, sets: readonly LinkSet[]): Promise<void> => {
  for (const kinds of [['kit', 'assembly'], ['successor']]) {
    const from = sets.filter((set) => kinds.includes(set.kind)).map((set) => set.itemId)
    if (from.length === 0) continue
    const edges = await sql<{ itemId: string; otherId: string; sku: string }[]>`
      with recursive edge as (
        select link.item_id, link.other_id
          from item_link link
         where link.company_id = ${company} and link.kind = any (${kinds}) and link.item_id = any (${from}::uuid[])
         union
        select link.item_id, link.other_id
          from edge
          join item_link link on link.company_id = ${company} and link.kind = any (${kinds}) and link.item_id = edge.other_id
      )
      select edge.item_id, edge.other_id, item.sku
        from edge
        join item on item.company_id = ${company} and item.id = edge.item_id
       order by item.sku`
    const circle = findCycle(edges)
    if (circle === null) continue
    const skuOf = new Map(edges.map((edge) => [edge.itemId, edge.sku]))
    const way = circle.map((id) => skuOf.get(id)).join(' → ')
    const what = kinds[0] === 'kit' ? 'A kit cannot hold itself' : 'A chain of successors cannot come back'
    throw new Refusal('circle', `${what}: ${way}. Take one of these steps out.`, 422)
  }
}
