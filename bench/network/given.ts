import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { type Facility, moreThanAll } from '../../src/math/network/core/facility.ts'

/** An instance of OR-Library (Beasley 1990) with its best-known cost. */
export interface Given {
  readonly file: string
  readonly family: 'cap' | 'capa' | 'pmed'
  readonly best: number
  readonly read: () => Facility
}

const numbersOf = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number)
const plainParts = (options: number) => ({
  group: Int32Array.from({ length: options }, (_, i) => i),
  groups: options,
  must: new Uint8Array(options),
  allowed: new Uint8Array(options).fill(1),
  bands: [],
})

/** Warehouses with capacity and fixed cost, then each customer's demand and what all of it costs from each. */
export const readCap = (text: string, capacityOf: (given: number) => number): Facility => {
  const all = numbersOf(text)
  const [m, n] = [all[0]!, all[1]!]
  const cost = new Float64Array(m * n)
  const demand = Float64Array.from({ length: n }, (_, j) => all[2 + 2 * m + j * (m + 1)]!)
  for (let j = 0; j < n; j += 1) for (let i = 0; i < m; i += 1) cost[i * n + j] = all[3 + 2 * m + j * (m + 1) + i]!
  const fixed = Float64Array.from({ length: m }, (_, i) => all[3 + 2 * i]!)
  const count = new Float64Array(m + 1)
  const capacity = Float64Array.from({ length: m }, (_, i) => capacityOf(all[2 + 2 * i]!))
  const none = moreThanAll(fixed, cost, n, count)
  return { options: m, customers: n, demand, fixed, capacity, cost, none, count, whole: false, ...plainParts(m) }
}

/** A graph's edges and p; customers and sites are its nodes, distances shortest paths (Floyd 1962). */
const readPmed = (text: string): Facility => {
  const all = numbersOf(text)
  const [n, edges, p] = [all[0]!, all[1]!, all[2]!]
  const cost = new Float64Array(n * n).fill(1e9)
  for (let i = 0; i < n; i += 1) cost[i * n + i] = 0
  for (let e = 0; e < edges; e += 1) {
    // An edge that is named twice counts as it is named last.
    const [a, b] = [all[3 + 3 * e]! - 1, all[4 + 3 * e]! - 1]
    cost[a * n + b] = all[5 + 3 * e]!
    cost[b * n + a] = all[5 + 3 * e]!
  }
  for (let k = 0; k < n; k += 1)
    for (let i = 0; i < n; i += 1) {
      const first = cost[i * n + k]!
      for (let j = 0; j < n; j += 1)
        if (first + cost[k * n + j]! < cost[i * n + j]!) cost[i * n + j] = first + cost[k * n + j]!
    }
  const fixed = new Float64Array(n)
  const count = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY)
  count[p] = 0
  const none = moreThanAll(fixed, cost, n, count)
  return {
    options: n,
    customers: n,
    demand: new Float64Array(n).fill(1),
    fixed,
    capacity: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    cost,
    none,
    count,
    whole: true,
    ...plainParts(n),
  }
}

/** Every instance that BKS.csv names and the folder holds; what each is, its text says. */
export const readGiven = (folder: string): Given[] =>
  readFileSync(`${folder}/BKS.csv`, 'utf8')
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line): Given[] => {
      const [file = '', best = '', convention = '', note = ''] = line.split(',')
      const path = `${folder}/${file}`
      if (!/\.txt$/i.test(file) || !(Number(best) > 0) || !/UFLP|facility|median/i.test(`${file} ${convention}`))
        return []
      if (!existsSync(path) || !statSync(path).isFile()) return []
      const text = readFileSync(path, 'utf8')
      const first = numbersOf(text.trimStart().split('\n')[0]!)
      const unlimited = /ignore capacity|UFLP/i.test(convention)
      if (first.length === 3) return [{ file, family: 'pmed', best: Number(best), read: () => readPmed(text) }]
      const family = first[0]! >= 100 ? 'capa' : 'cap'
      // The large ones leave their capacity open: who gives their optimum says it.
      const said = Number(/capacity\D{0,3}(\d+)/i.exec(`${convention} ${note}`)?.[1])
      const capacityOf = (given: number): number =>
        unlimited ? Number.POSITIVE_INFINITY : Number.isFinite(given) ? given : said
      const read = (): Facility => readCap(text, capacityOf)
      return [{ file, family, best: Number(best), read }]
    })

/** A large instance whose text leaves capacity open ("capacity"): read at one of its own. */
export const openCapacity = (folder: string): string | null => {
  const found = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((one) =>
      one.isDirectory()
        ? found(`${path}/${one.name}`)
        : /^cap[a-c]\.txt$/i.test(one.name)
          ? [`${path}/${one.name}`]
          : [],
    )
  const [first] = found(folder).sort()
  return first === undefined ? null : readFileSync(first, 'utf8')
}
