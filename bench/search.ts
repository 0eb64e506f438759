/**
 * An item looked for among a million, over HTTP, under row-level security: by SKU, by pieces of its name, by GTIN in any of
 * its lengths, by a supplier's code. Each answer must hold what was asked for. One caller, since what counts is how long
 * somebody waits who types; each letter typed is a request of its own.
 */
import assert from 'node:assert/strict'
import { withCheckDigit } from '../src/math/gs1/checkDigit.ts'
import { type Caller, caller } from './kit/caller.ts'
import { type Cluster, startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newKey, newWholesaler, type Wholesaler } from './kit/wholesaler.ts'
import { fillItems, gtinBody, nameOf, skuOf } from './search/items.ts'

const QUESTIONS = 300
const kinds = ['sku', 'name', 'gtin', 'alias'] as const
type Kind = (typeof kinds)[number]
interface Question {
  readonly text: string
  readonly right: (rows: readonly { sku: string; description: string }[]) => void
}

/** What people type: the whole of a code or its beginning, one to three beginnings of words, most of them common ones. */
const questionsOf = (kind: Kind, items: number): Question[] => {
  const roll = dice(kinds.indexOf(kind) + 1)
  const first = (sku: string) => (rows: readonly { sku: string }[]) => assert.equal(rows[0]?.sku, sku)
  return Array.from({ length: QUESTIONS }, (_, no): Question => {
    const at = roll(items)
    const sku = skuOf(at)
    if (kind === 'sku') {
      const typed = sku.slice(0, no % 3 === 0 ? sku.length : 4 + roll(sku.length - 4))
      const begins = (rows: readonly { sku: string }[]) =>
        assert.ok(rows.length > 0 && rows.every((row) => row.sku.startsWith(typed)), typed)
      return { text: typed.toLowerCase(), right: typed === sku ? first(sku) : begins }
    }
    if (kind === 'gtin') {
      const gtin = withCheckDigit(gtinBody(at))
      return { text: no % 2 === 0 ? gtin : gtin.padStart(14, '0'), right: first(sku) }
    }
    // Every tenth item has a supplier's code of its own.
    if (kind === 'alias') return { text: `V-${at - (at % 10)}`, right: first(skuOf(at - (at % 10))) }
    const words = nameOf(at).toLowerCase().split(' ')
    const asked = Array.from({ length: 1 + (no % 3) }, () => words[roll(words.length)]!)
    const typed = [...new Set(asked)].map((word) => word.slice(0, 1 + roll(word.length)))
    return {
      text: typed.join(' '),
      right: (rows) => {
        assert.ok(rows.length > 0, typed.join(' '))
        for (const { description, sku: code } of rows) {
          const has = `${description} ${code} ${code.endsWith('0') ? 'V' : ''} 50`.toLowerCase().split(/[ -]/)
          for (const piece of typed)
            assert.ok(
              has.some((word) => word.startsWith(piece)),
              `${piece} in ${description}`,
            )
        }
      },
    }
  })
}

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 100) / 100

const ask = async (http: Caller, questions: readonly Question[]): Promise<number[]> => {
  const figures: number[] = []
  for (const { text, right } of questions) {
    const started = performance.now()
    const { status, body } = await http.get(`/catalog/find?limit=8&text=${encodeURIComponent(text)}`)
    figures.push(performance.now() - started)
    if (status !== 200) throw new Error(`“${text}” answered ${status} ${JSON.stringify(body)}`)
    right(body.rows)
  }
  return figures.sort((a, b) => a - b)
}

/** What was filled by SQL is what the app would have written: an item saved through it changes no entry. */
const sameAsSaved = async ({ sql }: Cluster, world: Wholesaler, items: number): Promise<void> => {
  const entries = () => sql`
    select word, rank, title, party_id
      from search_entry
     where company_id = ${world.company} and kind = 'item' and ref = ${skuOf(items - 10)}
     order by word`
  const before = await entries()
  await world.run('catalog.saveItems', { items: [{ sku: skuOf(items - 10) }] })
  assert.deepEqual(await entries(), before)
  assert.ok(before.length > 6)
}

export const run = async (words: readonly string[]) => {
  const items = numberOption(words, 'items', 1_000_000)
  const cluster = await startCluster()
  try {
    const world = await newWholesaler({ items: 1, customers: 2, stock: 0 })
    const started = performance.now()
    const entries = await fillItems(cluster, world, items)
    say(`${items} items, ${entries} search entries in ${Math.round((performance.now() - started) / 1000)} s`)
    await cluster.settle()
    await sameAsSaved(cluster, world, items)
    const node = await startNode(cluster.database)
    const limitedKey = await newKey(world, { sites: [world.siteId], parties: [world.partyIds[0]!] })
    const callers = { all: caller(node.url, world.apiKey, 1), limited: caller(node.url, limitedKey, 1) }
    const p50: Partial<Record<Kind, number>> = {}
    const p95: Partial<Record<Kind, number>> = {}
    const limited: Partial<Record<Kind, number>> = {}
    const most: Partial<Record<Kind, number>> = {}
    try {
      for (const kind of kinds) {
        const questions = questionsOf(kind, items)
        // Connections and prepared statements, not answers: the questions measured are other ones.
        await ask(callers.all, questions.slice(0, 30))
        const figures = await ask(callers.all, questions)
        p50[kind] = quantile(figures, 0.5)
        p95[kind] = quantile(figures, 0.95)
        most[kind] = quantile(figures, 1)
        // Aliases of suppliers are not for people of one customer.
        if (kind !== 'alias') limited[kind] = quantile(await ask(callers.limited, questions), 0.95)
        const theirs = limited[kind] === undefined ? '' : `; ${limited[kind]} ms p95 for a limited person`
        say(`${kind}: ${p50[kind]} ms median, ${p95[kind]} ms p95, ${most[kind]} ms at most${theirs}`)
      }
    } finally {
      callers.all.close()
      callers.limited.close()
      await node.stop()
    }
    return {
      items,
      search_ms: p95,
      p50_ms: p50,
      p95_ms: p95,
      max_ms: most,
      limited_p95_ms: limited,
      entries,
      questions: QUESTIONS * kinds.length,
    }
  } finally {
    await cluster.stop()
  }
}
