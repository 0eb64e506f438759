import { IDENTIFIERS, identifierAt, lengthsOf, unknownIdentifier } from '../dictionary/identifiers.ts'
import type { Identifier } from '../dictionary/parse.ts'
import { wrongSigns } from '../linters/characters.ts'
import { LINTERS } from '../linters/linters.ts'

/** One part of a message: an application identifier and its data. */
export interface Element {
  readonly ai: string
  readonly value: string
}
/** What is wrong with a message, said to whoever scanned or typed it; else its elements in the order they came. */
export type Reading<T = readonly Element[]> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }
export interface ReadOptions {
  /** Identifiers that GS1 has not allocated: refused, or kept where it is certain where their data end. */
  readonly unknown?: 'refuse' | 'keep'
}

export const refused = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason })
export const accepted = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

/** The group separator, by which scanners hand over FNC1. */
export const GS = '\u001d'

export const identifierOf = (ai: string, options: ReadOptions): Identifier | null =>
  IDENTIFIERS.get(ai) ?? (options.unknown === 'keep' ? unknownIdentifier(ai) : null)

/** What is wrong with how long an identifier's data are; null: nothing. */
export const wrongLength = (identifier: Identifier, value: string): string | null => {
  const { min, max } = lengthsOf(identifier)
  if (value === '') return `AI (${identifier.ai}) has no data`
  if (value.length < min) return `the data of AI (${identifier.ai}) are too short: ${value.length} signs of ${min}`
  if (value.length > max) return `the data of AI (${identifier.ai}) are too long: ${value.length} signs, at most ${max}`
  return null
}

/** What is wrong with an identifier's data, component by component: signs, lengths, linters; null: nothing. */
export const wrongValue = (identifier: Identifier, value: string): string | null => {
  const length = wrongLength(identifier, value)
  if (length !== null) return length
  let at = 0
  for (const { set, min, max, optional, linters } of identifier.components) {
    const data = value.slice(at, at + max)
    at += data.length
    if (optional && data === '') continue
    if (data.length < min) return `AI (${identifier.ai}) has an incomplete part: ${data}`
    const wrong = wrongSigns(set, data) ?? linters.map((name) => LINTERS[name]!(data)).find((one) => one !== null)
    if (wrong != null) return `AI (${identifier.ai}): ${wrong}`
  }
  return null
}

/** `(01)…(10)…`, as it is printed under the bars; a bracket among the data is written `\(`. */
const splitBracketed = (text: string, options: ReadOptions): Reading => {
  const elements: Element[] = []
  let at = 0
  while (at < text.length) {
    const close = text.indexOf(')', at)
    if (text[at] !== '(' || close < 0) return refused('an AI in brackets was expected')
    const ai = text.slice(at + 1, close)
    const identifier = identifierOf(ai, options)
    if (identifier === null) return refused(`there is no AI (${ai})`)
    let value = ''
    for (at = close + 1; at < text.length && text[at] !== '('; at += 1) {
      if (text[at] === '\\' && text[at + 1] === '(') at += 1
      value += text[at]
    }
    const wrong = wrongLength(identifier, value)
    if (wrong !== null) return refused(wrong)
    elements.push({ ai, value })
  }
  return accepted(elements)
}

/** As encoded: GS ends data whose length is not known beforehand, and may end others. */
const splitEncoded = (text: string, options: ReadOptions): Reading => {
  const elements: Element[] = []
  let at = 0
  while (at < text.length) {
    const identifier = identifierAt(text.slice(at), options.unknown === 'keep')
    if (identifier === null) return refused(`no AI begins with ${text.slice(at, at + 4)}`)
    at += identifier.ai.length
    const separator = text.indexOf(GS, at)
    const end = separator < 0 ? text.length : separator
    const last = identifier.predefined ? Math.min(end, at + lengthsOf(identifier).max) : end
    const value = text.slice(at, last)
    const wrong = wrongLength(identifier, value)
    if (wrong !== null) return refused(wrong)
    elements.push({ ai: identifier.ai, value })
    at = last === separator ? last + 1 : last
  }
  return accepted(elements)
}

/**
 * Takes a message apart by the dictionary without judging what the parts say: bracketed `(01)…`, or encoded with GS for FNC1
 * (one may stand in front).
 */
export const splitElements = (text: string, options: ReadOptions = {}): Reading => {
  const split = text.startsWith('(')
    ? splitBracketed(text, options)
    : splitEncoded(text.startsWith(GS) ? text.slice(1) : text, options)
  return split.ok && split.value.length === 0 ? refused('there are no data') : split
}
