import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Container, type Item, ORIENTATIONS } from '../../src/math/pack/index.ts'

const GIVEN = fileURLToPath(new URL('../../../shared/data/opt/packing', import.meta.url))

export interface Instance {
  readonly family: string
  readonly container: Container
  readonly items: readonly Item[]
}
/** As the public files have it: centimetres taken for millimetres, z upright, letters of an orientation along x, y, z. */
interface File {
  readonly large_object: { readonly measurement: Measure }
  readonly small_items: readonly {
    readonly measurement: Measure
    readonly quantity: number
    readonly constraint?: { readonly orientation?: Readonly<Record<string, boolean>> }
  }[]
}
interface Measure {
  readonly x: number
  readonly y: number
  readonly z: number
}

const folderOf = (words: readonly string[]): string => {
  const at = words.findIndex((word) => word === '--dir' || word.startsWith('--dir='))
  const folder = at < 0 ? GIVEN : words[at]!.includes('=') ? words[at]!.slice('--dir='.length) : words[at + 1]
  if (!folder || !existsSync(folder))
    throw new Error(
      `there is no folder ${folder}: give the one that holds br1, br4, … with a JSON file an instance as --dir PATH`,
    )
  return folder
}

const readInstance = (family: string, path: string): Instance => {
  const { large_object, small_items } = JSON.parse(readFileSync(path, 'utf8')) as File
  const { x, y, z } = large_object.measurement
  return {
    family,
    container: { id: 'container', length: x, width: y, height: z },
    items: small_items.map(({ measurement, quantity, constraint }, n) => ({
      id: String(n),
      length: measurement.x,
      width: measurement.y,
      height: measurement.z,
      quantity,
      orientations: ORIENTATIONS.filter((one) => constraint?.orientation?.[one] ?? true),
    })),
  }
}

/** Every family (a folder br1, br4, …) with its instances in the order of their numbers; at most `most` of each. */
export const readInstances = (words: readonly string[], most: number): Instance[] => {
  const folder = folderOf(words)
  const families = readdirSync(folder).filter((name) => /^br[0-9]+$/i.test(name))
  families.sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
  const instances = families.flatMap((family) =>
    readdirSync(`${folder}/${family}`)
      .filter((name) => name.endsWith('.json'))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .slice(0, most)
      .map((name) => readInstance(family.toUpperCase(), `${folder}/${family}/${name}`)),
  )
  if (instances.length === 0) throw new Error(`${folder} holds no folder br1, br4, … with JSON files`)
  return instances
}
