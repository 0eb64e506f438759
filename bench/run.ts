/**
 * npm run bench [name] [options]: one bench or all of them, each on a throwaway database of its own if it needs one. Tells what it
 * finds line by line and ends with one JSON object, which is kept in bench/results/<name>.json (of a part, `--only PART`, in
 * <name>-<part>.json).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { hasOption, say, textOption } from './kit/report.ts'

type Bench = { run(words: readonly string[]): Promise<object> }

const benches: Readonly<Record<string, { title: string; load(): Promise<Bench> }>> = {
  order: { title: 'CPU of a five-line order, confirmed and released', load: () => import('./order.ts') },
  lines: { title: 'one order of ten to ten thousand lines', load: () => import('./lines.ts') },
  load: { title: 'ten times the load, and back', load: () => import('./load.ts') },
  soak: { title: 'memory over time, at half the load', load: () => import('./soak.ts') },
  stalls: { title: 'the longest that one request keeps all others waiting', load: () => import('./stalls.ts') },
  race: { title: 'the last unit, many callers, one node and two', load: () => import('./race.ts') },
  levels: { title: 'stock by site and order points', load: () => import('./levels.ts') },
  asof: {
    title: 'stock as of any moment, and the trace of a lot, over ten million moves',
    load: () => import('./asof.ts'),
  },
  grid: { title: 'orders and stock as lists, first page, middle, last', load: () => import('./grid.ts') },
  search: { title: 'an item among a million, found by SKU, name, GTIN and alias', load: () => import('./search.ts') },
  import: { title: 'rows of the wholesaler’s file through the public import', load: () => import('./import.ts') },
  replay: { title: 'the wholesaler’s months through the real commands', load: () => import('./replay.ts') },
  forecast: {
    title: 'accuracy, calibration and speed of forecasts on public data',
    load: () => import('./forecast.ts'),
  },
  policy: { title: 'stock that the same fill takes, by policy; known answers', load: () => import('./policy.ts') },
  route: { title: 'routes on public instances, gaps to the best known', load: () => import('./route.ts') },
  pick: { title: 'metres of picking tours by router and storage; batches', load: () => import('./pick.ts') },
  slot: { title: 'walking by where items lie, measured on orders that came later', load: () => import('./slot.ts') },
  source: {
    title: 'waves of orders from sites that share scarce stock, and how far from the best',
    load: () => import('./source.ts'),
  },
  network: {
    title: 'sites of a network on public instances and at size, how far from the best; scenarios',
    load: () => import('./network.ts'),
  },
  pack: { title: 'containers filled, with and without support, and cartons chosen', load: () => import('./pack.ts') },
  types: { title: '630 capabilities type-checked', load: () => import('./types.ts') },
}

const RESULTS = fileURLToPath(new URL('results/', import.meta.url))

const runOne = async (name: string, words: readonly string[]): Promise<string> => {
  const bench = benches[name]
  if (!bench) throw new Error(`there is no bench ${name}; there are: ${Object.keys(benches).join(', ')}`)
  say(`— ${name}: ${bench.title}`)
  const figures = await (await bench.load()).run(words)
  const result = {
    ...figures,
    // Of this process at its largest, inputs of the bench included.
    memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    machine: { cpus: availableParallelism(), model: cpus()[0]?.model ?? 'unknown', node: process.versions.node },
  }
  const part = textOption(words, 'only')
  if (!hasOption(words, 'statements')) keep(part === null ? name : `${name}-${part}`, result)
  return JSON.stringify(result)
}

const keep = (name: string, result: object): void => {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(`${RESULTS}${name}.json`, `${JSON.stringify(result, null, 2)}\n`)
}

const [name, ...words] = process.argv.slice(2)
try {
  const wanted = name === undefined || name.startsWith('--') ? Object.keys(benches) : [name]
  for (const one of wanted) say(await runOne(one, name === one ? words : []))
  process.exit(0)
} catch (error) {
  console.error(error)
  process.exit(1)
}
