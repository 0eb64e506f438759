import { type Identifier, parseDictionary } from './parse.ts'
import { SYNTAX_DICTIONARY } from './syntaxDictionary.ts'

/** All application identifiers, by AI. */
export const IDENTIFIERS: ReadonlyMap<string, Identifier> = new Map(
  parseDictionary(SYNTAX_DICTIONARY).map((one) => [one.ai, one]),
)

/** All AIs that begin with the same two digits are of one length (General Specifications §3.2). */
const LENGTHS: ReadonlyMap<string, number> = new Map([...IDENTIFIERS.keys()].map((ai) => [ai.slice(0, 2), ai.length]))

/**
 * Lengths, AI and data, fixed by the first two digits of what is not allocated (General Specifications §7.8.5): a scanner's
 * message can be taken apart though nobody yet knows what these mean.
 */
const RESERVED: Readonly<Record<string, number>> = { '04': 18, '14': 8, '18': 8, '19': 8 }

/** What an AI that is not in the dictionary is taken for: up to 90 signs, or as many as its first digits fix. */
export const unknownIdentifier = (ai: string): Identifier | null => {
  const own = LENGTHS.get(ai.slice(0, 2))
  const beginsAnother = [...IDENTIFIERS.keys()].some((known) => known.startsWith(ai) || ai.startsWith(known))
  if (!/^[0-9]{2,4}$/.test(ai) || beginsAnother || (own !== undefined && own !== ai.length)) return null
  const siblings = [...IDENTIFIERS.values()].find((one) => one.predefined && one.ai.slice(0, 2) === ai.slice(0, 2))
  const reserved = RESERVED[ai.slice(0, 2)]
  const length = reserved === undefined ? siblings?.components[0]?.max : reserved - ai.length
  return {
    ai,
    title: '',
    predefined: length !== undefined,
    linkAttribute: true,
    components: [{ set: 'X', min: length ?? 1, max: length ?? 90, optional: false, linters: [] }],
    requires: [],
    excludes: [],
    linkKey: null,
  }
}

/** The identifier at the start of a text. @param unknown also what is not allocated, where its length is certain. */
export const identifierAt = (text: string, unknown: boolean): Identifier | null => {
  const two = text.slice(0, 2)
  const ai = text.slice(0, LENGTHS.get(two) ?? 2)
  const known = IDENTIFIERS.get(ai)
  if (known !== undefined || !unknown) return known ?? null
  return LENGTHS.has(two) || RESERVED[two] !== undefined ? unknownIdentifier(ai) : null
}

/** How many signs the data of an identifier may have. */
export const lengthsOf = ({ components }: Identifier): { readonly min: number; readonly max: number } => ({
  min: components.reduce((sum, one) => sum + (one.optional ? 0 : one.min), 0),
  max: components.reduce((sum, one) => sum + one.max, 0),
})
