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
 * any number of rows, typed by the table itself; a column left out becomes null, which NOT NULL then refuses loudly.
 */
export const rowsJson = (rows: readonly object[]): string => {
  const out: Record<string, unknown>[] = []
  for (const row of rows) {
    const named: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(row)) named[snake(key)] = value
    out.push(named)
  }
  return JSON.stringify(out)
}
