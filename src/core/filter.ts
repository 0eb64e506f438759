import { Refusal } from './refusal.ts'

/** `-status:late,short`, `total>1000`, `orderedOn:2026-01-01..2026-01-31`, `customer:"Harbor Ltd"`, free words. */
export interface Clause {
  readonly field: string
  readonly not: boolean
  readonly op: 'is' | '>' | '>=' | '<' | '<=' | 'between'
  /** `is`: any of these. */
  readonly values: readonly string[]
}
export interface Filter {
  readonly clauses: readonly Clause[]
  readonly words: readonly string[]
}
const MOST_CLAUSES = 20
const MOST_VALUES = 50

const bad = (detail: string) => new Refusal('bad_filter', detail, 422, [{ path: 'filter', message: detail }])

/** Cut at spaces outside quotes, one character at a time: no regular expression, so no input costs more than its length. */
const tokens = (text: string): string[] => {
  const out: string[] = []
  let token = ''
  let quoted = false
  for (const c of text) {
    if (c === '"') quoted = !quoted
    if (!quoted && (c === ' ' || c === '\t' || c === '\n')) {
      if (token !== '') out.push(token)
      token = ''
    } else token += c
  }
  if (quoted) throw bad('A quotation mark is not closed.')
  if (token !== '') out.push(token)
  return out
}

const bare = (text: string): string => text.replaceAll('"', '')

const splitValues = (text: string): string[] => {
  const out: string[] = []
  let value = ''
  let quoted = false
  for (const c of text) {
    if (c === '"') quoted = !quoted
    else if (c === ',' && !quoted) {
      out.push(value)
      value = ''
    } else value += c
  }
  out.push(value)
  return out.filter((v) => v !== '')
}

const isName = (text: string): boolean => /^[a-zA-Z][a-zA-Z0-9_.]{0,60}$/.test(text)
const OPERATORS = ['>=', '<=', '>', '<'] as const

const clauseOf = (token: string): Clause | null => {
  const not = token.startsWith('-')
  const body = not ? token.slice(1) : token
  const at = [...body].findIndex((c) => c === ':' || c === '>' || c === '<')
  if (at < 1 || !isName(body.slice(0, at))) return null
  const field = body.slice(0, at)
  const rest = body[at] === ':' ? body.slice(at + 1) : body.slice(at)
  const op = OPERATORS.find((o) => rest.startsWith(o))
  if (op) return one(field, not, op, bare(rest.slice(op.length)))
  const range = rest.split('..')
  if (range.length === 2 && !rest.includes('"') && range[0] && range[1])
    return { field, not, op: 'between', values: range }
  const values = splitValues(rest)
  if (values.length === 0) throw bad(`${field}: is followed by nothing; say what to look for.`)
  if (values.length > MOST_VALUES) throw bad(`${field}: has more than ${MOST_VALUES} values.`)
  return { field, not, op: 'is', values }
}
const one = (field: string, not: boolean, op: Clause['op'], value: string): Clause => {
  if (value === '') throw bad(`${field}${op} is followed by nothing; say what to compare with.`)
  return { field, not, op, values: [value] }
}

/** The one filter language of all lists, in linear time. Throws Refusal `bad_filter`. */
export const parseFilter = (text: string): Filter => {
  const clauses: Clause[] = []
  const words: string[] = []
  for (const token of tokens(text)) {
    const clause = clauseOf(token)
    if (clause) clauses.push(clause)
    else words.push(bare(token))
  }
  if (clauses.length > MOST_CLAUSES) throw bad(`A filter has at most ${MOST_CLAUSES} conditions.`)
  return { clauses, words: words.filter((word) => word !== '') }
}
