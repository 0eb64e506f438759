/**
 * A migration file cut into its statements, so that a failure names its line and a fault run can kill between any two.
 * Knows what may hide a semicolon: quotes, dollar quotes, comments.
 */
export type Statement = { sql: string; line: number }

const HIDING = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([a-z_]*)\$[\s\S]*?\$\1\$|;/gi

export const statementsOf = (text: string): Statement[] => {
  const found: Statement[] = []
  let from = 0
  const take = (to: number) => {
    const sql = text.slice(from, to)
    const code = sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
    if (code.trim() !== '') found.push({ sql: code, line: text.slice(0, to - code.length).split('\n').length })
    from = to + 1
  }
  for (const match of text.matchAll(HIDING)) if (match[0] === ';') take(match.index)
  take(text.length)
  return found
}
