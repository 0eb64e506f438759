import { gtin14 } from '../checkDigit.ts'
import {
  accepted,
  type Element,
  identifierOf,
  type Reading,
  type ReadOptions,
  refused,
  wrongLength,
} from './element.ts'
import { wrongMessage } from './rules.ts'

const ALLOWED = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/
const NOT_IN_DOMAIN = /[_~?#@!$&'()*+,;=%]/
/** The resolver of GS1 itself: the stem of a canonical link. */
const CANONICAL_STEM = 'https://id.gs1.org'

/** Percent sequences become bytes; in a query `+` is a blank. null: one of them is zero. */
const decoded = (text: string, inQuery: boolean): string | null => {
  const plain = inQuery ? text.replaceAll('+', ' ') : text
  if (plain.includes('%00')) return null
  return plain.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

const encoded = (text: string, inQuery: boolean): string =>
  text.replace(/[^A-Za-z0-9\-._~]/g, (sign) =>
    sign === ' ' && inQuery ? '+' : `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )

/** Do these qualifiers, in this order, belong to the key? They are some of one of its sequences, in its order. */
const isSequence = (key: string, qualifiers: readonly string[], options: ReadOptions): boolean =>
  (identifierOf(key, options)?.linkKey ?? []).some((order) => {
    const at = qualifiers.map((ai) => order.indexOf(ai))
    return at.every((place, n) => place >= 0 && (n === 0 || place > at[n - 1]!))
  })

const element = (ai: string, text: string, inQuery: boolean, options: ReadOptions): Reading<Element> => {
  if (text === '') return refused(`AI (${ai}) has no data`)
  const value = decoded(text, inQuery)
  if (value === null) return refused(`the data of AI (${ai}) hold a zero byte`)
  // A GTIN of 8, 12 or 13 digits among the attributes is what shops wrote before GTINs had 14.
  const whole = inQuery && ai === '01' ? (gtin14(value) ?? value) : value
  const wrong = wrongLength(identifierOf(ai, options)!, whole)
  return wrong === null ? accepted({ ai, value: whole }) : refused(wrong)
}

/** Path segments from the last pair that begins with a primary key on. */
const keyAt = (segments: readonly string[], options: ReadOptions): number => {
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const identifier = identifierOf(segments[at]!, options)
    if (identifier === null) return -1
    if (identifier.linkKey !== null) return at
  }
  return -1
}

const readPath = (path: string, options: ReadOptions): Reading => {
  const segments = path.split('/').slice(1)
  const from = keyAt(segments, options)
  if (from < 0) return refused('no primary key of GS1 stands in the path')
  const elements: Element[] = []
  for (let at = from; at < segments.length; at += 2) {
    const one = element(segments[at]!, segments[at + 1]!, false, options)
    if (!one.ok) return one
    elements.push(one.value)
  }
  const [key, ...qualifiers] = elements.map(({ ai }) => ai)
  return isSequence(key!, qualifiers, options)
    ? accepted(elements)
    : refused(`AI (${key}) is not followed by its qualifiers in their order: ${qualifiers.join(', ')}`)
}

/** What is not written as a number is somebody else's parameter and passed over. */
const readQuery = (query: string, options: ReadOptions): Reading => {
  const elements: Element[] = []
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(equals, 0))
    if (equals < 0 || !/^[0-9]+$/.test(name)) continue
    if (identifierOf(name, options) === null) return refused(`there is no AI (${name}), which the query names`)
    const one = element(name, pair.slice(equals + 1), true, options)
    if (!one.ok) return one
    elements.push(one.value)
  }
  return accepted(elements)
}

/** What may not stand in the query: what is no attribute, is there twice, or belongs into the path. */
const wrongAttribute = (
  path: readonly Element[],
  attributes: readonly Element[],
  options: ReadOptions,
): string | null => {
  const [key, ...qualifiers] = path.map(({ ai }) => ai)
  const seen = new Set(path.map(({ ai }) => ai))
  for (const { ai } of attributes) {
    if (seen.has(ai)) return `AI (${ai}) is there twice`
    seen.add(ai)
    if (!identifierOf(ai, options)!.linkAttribute) return `AI (${ai}) is no attribute of a Digital Link`
    const belongs = Array.from({ length: qualifiers.length + 1 }, (_, at) => qualifiers.toSpliced(at, 0, ai))
    if (belongs.some((order) => isSequence(key!, order, options))) return `AI (${ai}) belongs into the path`
  }
  return null
}

/**
 * Reads an uncompressed GS1 Digital Link: elements of the path, then of the query, in the order they stand. Whatever stands
 * before the last primary key, unknown parameters and the fragment are passed over. Source: GS1 Digital Link Standard, URI
 * Syntax.
 */
export const readDigitalLink = (uri: string, options: ReadOptions = {}): Reading => {
  if (!ALLOWED.test(uri)) return refused('there is a sign that no URI has')
  const scheme = /^(?:https|HTTPS|http|HTTP):\/\//.exec(uri)
  if (!scheme) return refused('a Digital Link begins with http:// or https://')
  const rest = uri.slice(scheme[0].length)
  const slash = rest.indexOf('/')
  if (slash < 1) return refused('there is no domain with a path behind it')
  if (NOT_IN_DOMAIN.test(rest.slice(0, slash))) return refused('there is a sign that no domain has')
  const [whole = ''] = rest.slice(slash).split('#')
  const mark = whole.indexOf('?')
  const path = readPath(mark < 0 ? whole : whole.slice(0, mark), options)
  if (!path.ok) return path
  const query = readQuery(mark < 0 ? '' : whole.slice(mark + 1), options)
  if (!query.ok) return query
  const elements = [...path.value, ...query.value]
  const wrong = wrongAttribute(path.value, query.value, options) ?? wrongMessage(elements, options)
  return wrong === null ? accepted(elements) : refused(wrong)
}

/** The order of qualifiers that takes most of what is there; the first of several. */
const pathOf = (key: string, ais: ReadonlySet<string>, options: ReadOptions): string[] =>
  identifierOf(key, options)!
    .linkKey!.map((order) => order.filter((ai) => ais.has(ai)))
    .reduce((best, order) => (order.length > best.length ? order : best))

/**
 * Writes a GS1 Digital Link: the first primary key, its qualifiers, and the rest as attributes, those of known length first.
 * @param stem domain and path before the key; GS1's own resolver without it. Refused is a message without a primary key,
 * or with what no Digital Link may hold.
 */
export const writeDigitalLink = (
  elements: readonly Element[],
  { stem = CANONICAL_STEM, ...options }: ReadOptions & { readonly stem?: string } = {},
): Reading<string> => {
  const wrong = wrongMessage(elements, options)
  if (wrong !== null) return refused(wrong)
  const values = new Map(elements.map(({ ai, value }) => [ai, value]))
  const key = [...values.keys()].find((ai) => identifierOf(ai, options)!.linkKey !== null)
  if (key === undefined) return refused('no element is a primary key of a Digital Link')
  const path = [key, ...pathOf(key, new Set(values.keys()), options)]
  const attributes = [...values.keys()].filter((ai) => !path.includes(ai))
  const barred = attributes.find((ai) => !identifierOf(ai, options)!.linkAttribute)
  if (barred !== undefined) return refused(`AI (${barred}) is no attribute of a Digital Link`)
  const byLength = Object.groupBy(attributes, (ai) => (identifierOf(ai, options)!.predefined ? 'known' : 'varying'))
  const query = [...(byLength.known ?? []), ...(byLength.varying ?? [])]
    .map((ai) => `${ai}=${encoded(values.get(ai)!, true)}`)
    .join('&')
  const segments = path.map((ai) => `/${ai}/${encoded(values.get(ai)!, false)}`).join('')
  return accepted(`${stem.replace(/\/$/, '')}${segments}${query === '' ? '' : `?${query}`}`)
}
