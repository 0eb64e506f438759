import {
  accepted,
  type Element,
  GS,
  identifierOf,
  type Reading,
  type ReadOptions,
  refused,
  splitElements,
} from './element.ts'
import { wrongMessage } from './rules.ts'

/**
 * Reads and checks a GS1 element string: `(01)09520123456788(10)ABC`, or encoded with `^` or GS for FNC1, which must come
 * first. Source: GS1 General Specifications §3 and §7.8, Barcode Syntax Dictionary.
 */
export const readElementString = (text: string, options: ReadOptions = {}): Reading => {
  const encoded = text.startsWith('^') ? text.replaceAll('^', GS) : text
  if (!encoded.startsWith('(') && !encoded.startsWith(GS))
    return refused('neither an AI in brackets nor FNC1 comes first')
  const split = splitElements(encoded, options)
  if (!split.ok) return split
  const wrong = wrongMessage(split.value, options)
  return wrong === null ? split : refused(wrong)
}

/** As printed under the bars. A bracket among the data is written `\(`, so that what is printed can be read again. */
export const writeBracketed = (elements: readonly Element[]): string =>
  elements.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join('')

/** Human readable interpretation, one line for each element. */
export const writeHumanReadable = (elements: readonly Element[]): string[] =>
  elements.map(({ ai, value }) => `(${ai}) ${value}`)

/** As encoded, without the first FNC1; `separator` stands for the others: none after what has a known length. */
export const writeEncoded = (elements: readonly Element[], separator: string = GS): string =>
  elements
    .map(({ ai, value }, at) => {
      const ends = at === elements.length - 1 || identifierOf(ai, { unknown: 'keep' })?.predefined === true
      return `${ai}${value}${ends ? '' : separator}`
    })
    .join('')

/** Encoded with `^` for FNC1, as GS1's own tools write it; refused when the message would be. */
export const writeElementString = (elements: readonly Element[], options: ReadOptions = {}): Reading<string> => {
  if (elements.length === 0) return refused('there are no data')
  const wrong = wrongMessage(elements, options)
  return wrong === null ? accepted(`^${writeEncoded(elements, '^')}`) : refused(wrong)
}
