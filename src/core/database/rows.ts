import { allDone } from './inOrder.ts'

const snakes = new Map<string, string>()
const snake = (key: string): string => {
  let found = snakes.get(key)
  if (found === undefined) {
    found = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    snakes.set(key, found)
  }
  return found
}

/**
 * Rows as one JSON parameter for `json_populate_recordset(null::table, …)`: keys in the table's snake case. One text for
 * any number of rows, typed by the table itself; a column left out becomes null, which NOT NULL then refuses loudly. Nulls
 * are left out: the same to the database, and fewer bytes.
 */
export const rowsJson = (rows: readonly object[]): string => {
  const out: Record<string, unknown>[] = []
  for (const row of rows) {
    const named: Record<string, unknown> = {}
    for (const key in row) {
      const value = (row as Record<string, unknown>)[key]
      if (value !== null) named[snake(key)] = value
    }
    out.push(named)
  }
  return JSON.stringify(out)
}

/** Rows a statement is given at once. */
const SLICE = 32

/**
 * One statement per slice of the rows, all under way at once on the transaction's connection. Rows that are to be locked
 * must come sorted by key: the slices then lock in key order as one statement would. A statement that joins given rows
 * with a table's, found by `= any(keys)`, is a nested loop (commands have no hash join, see `beginText`): at 1,000 rows
 * the loop cost 100 to 180 ms for each statement, in slices 32 comparisons a row whatever their number.
 */
export const inSlices = async <Row, Given>(
  rows: readonly Given[],
  send: (slice: readonly Given[]) => { execute(): PromiseLike<Row[] & { count: number }> },
): Promise<Row[]> => {
  if (rows.length <= SLICE) return rows.length === 0 ? [] : send(rows).execute()
  const sent: PromiseLike<Row[]>[] = []
  for (let at = 0; at < rows.length; at += SLICE) sent.push(send(rows.slice(at, at + SLICE)).execute())
  return (await allDone(sent)).flat()
}
