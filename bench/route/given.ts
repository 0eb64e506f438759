import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { textOption } from '../kit/report.ts'
import { readCvrplib } from './cvrplib.ts'
import { readHvrp, readLiLim, readMdvrp, readSolomon } from './families.ts'
import type { Instance } from './instance.ts'

const GIVEN = fileURLToPath(new URL('../../../shared/data/opt', import.meta.url))

export const FAMILIES = [
  'x_small',
  'x_medium',
  'x_large',
  'solomon',
  'gh1000',
  'pdptw',
  'mdvrp',
  'hfvrp',
  'vrpb',
  'gh200_800',
] as const
export type Family = (typeof FAMILIES)[number]

/** An instance that has a best-known cost. */
export interface Given {
  readonly family: Family
  readonly file: string
  readonly best: number
  /** Vehicles of the best known, where those count first. */
  readonly vehicles: number | null
  readonly read: () => Instance
}

export const folderOf = (words: readonly string[]): string => {
  const folder = textOption(words, 'dir') ?? GIVEN
  if (!existsSync(`${folder}/BKS.csv`))
    throw new Error(`${folder} holds no BKS.csv: give the folder with it and the instances as --dir PATH`)
  return folder
}

/** A line of CSV, quotes understood. */
const cells = (line: string): string[] =>
  [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map((m) => m[2] ?? m[1]!).slice(0, 4)

const isHierarchical = (convention: string): boolean => /^hierarchical/i.test(convention)
const familyOf = (file: string, text: string, convention: string): Family | null => {
  if (/\.vrpb$/i.test(file)) return 'vrpb'
  if (/\.vrp$/i.test(file)) {
    if (/TIME_WINDOW_SECTION/.test(text)) return 'gh1000'
    const size = Number(/DIMENSION\s*:\s*(\d+)/.exec(text)?.[1]) - 1
    return size <= 250 ? 'x_small' : size <= 600 ? 'x_medium' : 'x_large'
  }
  if (/pdptw|li_?lim/i.test(file)) return 'pdptw'
  if (/mdvrp/i.test(file)) return 'mdvrp'
  if (/hvrp|vfmp/i.test(file)) return 'hfvrp'
  if (!/VEHICLE/.test(text)) return null
  if (isHierarchical(convention)) return 'gh200_800'
  return text.split('\n').length > 500 ? 'gh1000' : 'solomon'
}

/** Every instance that BKS.csv names and the folder holds, by family. */
export const readGiven = (folder: string): Given[] => {
  const lines = readFileSync(`${folder}/BKS.csv`, 'utf8').split(/\r?\n/).slice(1)
  return lines.flatMap((line): Given[] => {
    const [file = '', best = '', convention = '', note = ''] = cells(line)
    const path = `${folder}/${file}`
    if (!(Number(best) > 0) || !/\.(vrp|vrpb|txt)$/i.test(file) || !existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    const family = familyOf(file, text, convention)
    if (family === null) return []
    const read = (): Instance => {
      if (/\.vrpb?$/i.test(file)) return readCvrplib(file, text, convention)
      if (family === 'pdptw') return readLiLim(file, text, convention)
      if (family === 'mdvrp') return readMdvrp(file, text, convention)
      if (family === 'hfvrp') return readHvrp(file, text, convention)
      return readSolomon(file, text, convention, isHierarchical(convention))
    }
    const fleet = family === 'pdptw' || family === 'gh200_800' ? /\d+/.exec(note)?.[0] : undefined
    return [{ family, file, best: Number(best), vehicles: fleet === undefined ? null : Number(fleet), read }]
  })
}
