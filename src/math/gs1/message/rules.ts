import { type Element, identifierOf, type ReadOptions, wrongValue } from './element.ts'

/** `31nn` stands for any two digits after 31. */
const matches = (ai: string, pattern: string): boolean =>
  ai.length === pattern.length && [...pattern].every((sign, at) => sign === 'n' || sign === ai[at])

/** Keys of which a digital signature (8030) needs the serial part as well, and how long they are without. */
const SERIALISED: Readonly<Record<string, number>> = { '253': 13, '255': 13, '8003': 14 }

const written = (sets: readonly (readonly string[])[]): string => sets.map((set) => set.join(' with ')).join(', ')

const wrongPairing = (ai: string, ais: readonly string[], options: ReadOptions): string | null => {
  const { requires, excludes } = identifierOf(ai, options)!
  const others = ais.filter((other) => other !== ai)
  for (const pattern of excludes) {
    const other = others.find((one) => matches(one, pattern))
    if (other !== undefined) return `AI (${ai}) may not stand beside AI (${other})`
  }
  const missing = requires.find(
    (sets) => !sets.some((set) => set.every((pattern) => others.some((one) => matches(one, pattern)))),
  )
  return missing === undefined ? null : `AI (${ai}) needs one of these beside it: ${written(missing)}`
}

/**
 * What is wrong with a message as a whole; null: nothing. Each value by its linters, repeated identifiers say the same, what
 * may not stand together, what has to, and signatures over serialised keys. GS1 has pairings judged over **all** carriers on
 * an object: hand in what each of them says.
 */
export const wrongMessage = (elements: readonly Element[], options: ReadOptions = {}): string | null => {
  const values = new Map<string, string>()
  for (const { ai, value } of elements) {
    const identifier = identifierOf(ai, options)
    if (identifier === null) return `there is no AI (${ai})`
    const wrong = wrongValue(identifier, value)
    if (wrong !== null) return wrong
  }
  for (const { ai, value } of elements) {
    if ((values.get(ai) ?? value) !== value) return `AI (${ai}) is there twice and says two things`
    values.set(ai, value)
  }
  const ais = [...values.keys()]
  for (const ai of ais) {
    const wrong = wrongPairing(ai, ais, options)
    if (wrong !== null) return wrong
  }
  if (!values.has('8030')) return null
  const bare = ais.find((ai) => SERIALISED[ai] !== undefined && values.get(ai)!.length <= SERIALISED[ai])
  return bare === undefined ? null : `AI (8030) signs a single object: AI (${bare}) lacks its serial number`
}
