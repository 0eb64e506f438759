/**
 * A permission is `module.verb` (`sales.confirm`). A role, a key or an actor holds patterns: the permission itself,
 * `module.*`, or `*`. Nothing else is a pattern, so a set look-up decides and no pattern is ever parsed at the door.
 */
export const PERMISSION_PATTERN = '^(\\*|[a-z][a-zA-Z]{0,39}\\.(\\*|[a-z][a-zA-Z]{0,39}))$'

/** Does a holder of these patterns have permission `needed`? Three set look-ups. */
export const permits = (held: ReadonlySet<string>, needed: string): boolean =>
  held.has(needed) || held.has('*') || held.has(`${needed.slice(0, needed.indexOf('.'))}.*`)

/** Patterns of `wanted` that go beyond `held`: what the giver may not give, because nobody gives more than they hold. */
export const beyond = (held: ReadonlySet<string>, wanted: readonly string[]): string[] =>
  wanted.filter((pattern) => !(pattern === '*' ? held.has('*') : permits(held, pattern)))

/** What both sides allow: a key never does more than the person who made it may do today. */
export const bothPermit = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> =>
  new Set([...[...a].filter((p) => beyond(b, [p]).length === 0), ...[...b].filter((p) => beyond(a, [p]).length === 0)])

/** Rows both scopes reach; null is every row of the company. */
export const bothReach = (a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null => {
  if (a === null) return b
  if (b === null) return a
  return a.filter((id) => b.includes(id))
}

/** Is every row of `wanted` within `held`? Who is limited to two sites cannot give out a third, nor "all". */
export const within = (held: readonly string[] | null, wanted: readonly string[] | null): boolean =>
  held === null || wanted?.every((id) => held.includes(id)) === true
