/** Random lists of actions until one is found after which product and reference differ; then the least of it that still does. */
import fc from 'fast-check'
import { type Action, actions } from './actions.ts'
import { Differs, type Model } from './play.ts'

export interface Found {
  readonly seed: number
  /** Lists played until it was found, and to shrink it. */
  readonly lists: number
  readonly shrinks: number
  readonly length: number
  readonly shrunk: readonly Action[]
  /** What the shrunk list ends with. */
  readonly says: string
}

const differs = (play: Model['play'], list: readonly Action[]): Promise<Differs | null> =>
  play(list).then(
    () => null,
    (error: unknown) => {
      if (error instanceof Differs) return error
      throw error
    },
  )

/**
 * Whole parts are left out, halves first, then single actions; then numbers are made one. What follows the action that
 * told goes first: it was never played.
 * @param withinMs no further try is begun after it; the least so far is told.
 */
const shrink = async (play: Model['play'], list: readonly Action[], first: Differs, withinMs: number) => {
  const until = performance.now() + withinMs
  let [least, said, shrinks] = [list.slice(0, first.at + 1), first, 0]
  const tryIt = async (shorter: readonly Action[]): Promise<boolean> => {
    if (performance.now() > until) return false
    shrinks += 1
    const told = await differs(play, shorter)
    if (!told) return false
    least = shorter.slice(0, told.at + 1)
    said = told
    return true
  }
  for (let part = Math.ceil(least.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2))
    for (let from = 0; from < least.length && least.length > 1; )
      if (!(await tryIt(least.toSpliced(from, part)))) from += part
  for (const [at, action] of [...least].entries())
    if ((action.qty as number) > 1 && at < least.length) await tryIt(least.with(at, { ...action, qty: 1 }))
  return { least, said, shrinks }
}

/** @returns null: `runs` lists of thirty and more actions were played and none differed. */
export const search = async (
  { play }: Pick<Model, 'play'>,
  { seed, runs, shrinkMs }: { seed: number; runs: number; shrinkMs: number },
): Promise<Found | null> => {
  for (const [at, list] of fc.sample(actions, { seed, numRuns: runs }).entries()) {
    const told = await differs(play, list)
    if (!told) continue
    const { least, said, shrinks } = await shrink(play, list, told, shrinkMs)
    return { seed, lists: at + 1, shrinks, length: told.at + 1, shrunk: least, says: said.message }
  }
  return null
}
