import type { Search } from './insert/place.ts'
import { tidyReloads } from './insert/richPlace.ts'
import { kindAt, refresh, type State, startOf, touch, unlink } from './state.ts'

/**
 * Adjacent string removal (Christiaens & Vanden Berghe 2020): from a few routes near one another a string of stops each, so
 * that the free room lies together. Their names: c̄ = `MEAN_REMOVED`, L_max = `LONGEST`, β and α as given.
 */
const MEAN_REMOVED = 10
const LONGEST = 10
const SPLIT = 0.5
const KEEP_MORE = 0.01

const tasksOf = (s: State): number => {
  let tasks = 0
  for (let u = 0; u < s.usedCount; u += 1) tasks += s.count[s.used[u]!]!
  return tasks
}

/** Removes strings around a visit drawn at random; what was removed joins `absent`. */
export const ruin = (x: Search, around: { readonly list: Int32Array; readonly count: number }): void => {
  const { s } = x
  const { m, random } = s
  if (s.usedCount === 0) return
  const seed = Math.floor(random.uniform() * m.n)
  const average = tasksOf(s) / s.usedCount
  const longest = Math.min(LONGEST, average)
  const most = (4 * MEAN_REMOVED) / (1 + longest) - 1
  const strings = Math.floor(1 + random.uniform() * most)
  let done = 0
  const first = s.savedCount
  for (let q = -1; q < around.count && done < strings; q += 1) {
    const c = q < 0 ? seed : around.list[seed * around.count + q]!
    if (c < 0) break
    const r = s.route[c]!
    if (r < 0 || s.stamp[r] === s.iteration || s.frozen[c] === 1) continue
    const length = Math.floor(1 + random.uniform() * Math.min(s.count[r]!, longest))
    touch(s, r)
    removeString(s, c, Math.min(length, s.count[r]!))
    done += 1
  }
  for (let k = first; k < s.savedCount; k += 1) settle(s, s.saved[k]!)
}

/** After a removal: numbers anew, reloads without use out, and no route of collections alone where that is not wanted. */
const settle = (s: State, r: number): void => {
  const { m } = s
  refresh(s, r)
  if (m.rich) tidyReloads(s, r)
  if (!m.problem.noBackhaulOnly || s.count[r] === 0 || s.backhauls[r] !== s.count[r]) return
  const end = startOf(m, r) + 1
  for (let i = s.next[end - 1]!; i !== end; ) {
    const after = s.next[i]!
    if (s.frozen[i] === 0) remove(s, i)
    i = after
  }
  refresh(s, r)
}

/** Takes a visit (with its other end, if it has one) off its route. */
export const remove = (s: State, c: number): void => {
  const { m } = s
  unlink(s, c)
  const mate = m.mate[c]!
  if (mate >= 0) unlink(s, mate)
  const first = m.isDrop[c] === 1 ? mate : c
  s.absent.push(first)
  s.total += m.penalty[first]!
}

/** A string of `length` stops that holds c; split in two now and then, so that some in its middle stay. */
const removeString = (s: State, c: number, length: number): void => {
  const { m, random } = s
  const r = s.route[c]!
  let kept = 0
  if (length > 1 && length < s.count[r]! && random.uniform() < SPLIT) {
    kept = 1
    while (length + kept < s.count[r]! && random.uniform() > 1 - KEEP_MORE) kept += 1
  }
  let span = length + kept
  let before = 0
  for (let i = s.prev[c]!; before < span - 1 && i < m.n && s.frozen[i] === 0; i = s.prev[i]!) before += 1
  let after = 0
  for (let i = s.next[c]!; after < span - 1 && i < m.n; i = s.next[i]!) after += 1
  // Fixed stops at the head leave less room than the count says.
  span = Math.min(span, before + after + 1)
  const least = Math.max(0, span - 1 - after)
  const back = least + Math.floor(random.uniform() * (before - least + 1))
  let i = c
  for (let k = 0; k < back; k += 1) i = s.prev[i]!
  const gap = kept > 0 ? 1 + Math.floor(random.uniform() * Math.max(1, length - 1)) : span
  // The mate of a stop may lie in the string, too: what comes next is looked up only among those still on the route.
  const string: number[] = []
  for (let k = 0; k < span && i < m.n; k += 1, i = s.next[i]!) if (k < gap || k >= gap + kept) string.push(i)
  for (const one of string) if (s.route[one]! >= 0) remove(s, one)
}

/** Empties a route. */
export const removeRoute = (s: State, r: number): void => {
  touch(s, r)
  const end = startOf(s.m, r) + 1
  const nodes: number[] = []
  for (let i = s.next[end - 1]!; i !== end; i = s.next[i]!) nodes.push(i)
  for (const i of nodes) {
    if (s.route[i]! < 0) continue
    if (i < s.m.n) remove(s, i)
    else unlink(s, i)
  }
  refresh(s, r)
}

/** Has it stops that may not leave it? */
export const isPinned = (s: State, r: number): boolean =>
  kindAt(s.m, r).vehicle.fixedStops !== undefined || s.frozen[s.next[startOf(s.m, r)]!] === 1
