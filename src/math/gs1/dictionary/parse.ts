/** One part of an identifier's data: signs of one set, of a fixed or a varying length, with what is checked about them. */
export interface Component {
  /** N digits, X the 82 signs of GS1, Y the 39, Z base64url. */
  readonly set: 'N' | 'X' | 'Y' | 'Z'
  readonly min: number
  readonly max: number
  readonly optional: boolean
  /** Names of linters. */
  readonly linters: readonly string[]
}
/** One application identifier (AI) as the dictionary describes it. */
export interface Identifier {
  readonly ai: string
  readonly title: string
  /** Its length is known beforehand, so no FNC1 has to follow. */
  readonly predefined: boolean
  /** May stand in the query of a GS1 Digital Link. */
  readonly linkAttribute: boolean
  readonly components: readonly Component[]
  /** Each must be met: one of the alternatives, of which each is a set of AIs or patterns (`31nn`). */
  readonly requires: readonly (readonly (readonly string[])[])[]
  /** AIs or patterns that may not stand beside it. */
  readonly excludes: readonly string[]
  /** A primary key of a Digital Link: the orders of qualifiers it takes; null: it is none. */
  readonly linkKey: readonly (readonly string[])[] | null
}

const COMPONENT = /^([NXYZ])(\.\.)?([1-9][0-9]?)$/

const component = (word: string, where: string): Component => {
  const [shape = '', ...linters] = word.replace('[', '').replace(']', '').split(',')
  const parts = COMPONENT.exec(shape)
  if (!parts) throw new RangeError(`${where}: ${word} is no component`)
  const max = Number(parts[3])
  return {
    set: parts[1] as Component['set'],
    min: parts[2] ? 1 : max,
    max,
    optional: word.startsWith('['),
    linters,
  }
}

const lists = (words: readonly string[], key: string): string[] =>
  words.filter((word) => word.startsWith(`${key}=`)).map((word) => word.slice(key.length + 1))

/** `3100-3105` → all six; one AI → itself. */
const range = (text: string, where: string): string[] => {
  const [from, to = from] = text.split('-') as [string, string?]
  if (!/^[0-9]{2,4}$/.test(from) || to.length !== from.length || Number(to) < Number(from))
    throw new RangeError(`${where}: ${text} is no AI or range of AIs`)
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) =>
    String(Number(from) + n).padStart(from.length, '0'),
  )
}

const entry = (line: string, where: string): Identifier[] => {
  const [body = '', ...title] = line.split('#')
  const [ais = '', ...rest] = body.trim().split(/\s+/)
  const flags = rest[0] && !/^[[NXYZ]/.test(rest[0]) ? rest.shift()! : ''
  const shapes = rest.filter((word) => /^\[?[NXYZ](?:\.\.)?[0-9]/.test(word))
  const attributes = rest.filter((word) => !shapes.includes(word))
  if (shapes.length === 0 || /[^*?]/.test(flags)) throw new RangeError(`${where}: no specification in ${line.trim()}`)
  const unknown = attributes.find((word) => !/^(?:(?:req|ex|dlpkey)=|dlpkey$)/.test(word))
  if (unknown !== undefined) throw new RangeError(`${where}: ${unknown} is no attribute`)
  const keys = lists(attributes, 'dlpkey')
  const described = {
    title: title.join('#').trim(),
    predefined: flags.includes('*'),
    linkAttribute: flags.includes('?'),
    components: shapes.map((word) => component(word, where)),
    requires: lists(attributes, 'req').map((list) => list.split(',').map((set) => set.split('+'))),
    excludes: lists(attributes, 'ex').flatMap((list) => list.split(',')),
    linkKey: attributes.includes('dlpkey')
      ? [[]]
      : keys.length > 0
        ? keys.flatMap((list) => list.split('|').map((order) => order.split(',')))
        : null,
  }
  return range(ais, where).map((ai) => ({ ai, ...described }))
}

/**
 * Reads a GS1 Barcode Syntax Dictionary (the format stands at the head of GS1's own file): one entry a line, `#` begins a
 * title or a comment.
 * @throws RangeError that names the line which is no entry.
 */
export const parseDictionary = (text: string): Identifier[] =>
  text.split('\n').flatMap((line, at) => (/^\s*(?:#|$)/.test(line) ? [] : entry(line, `line ${at + 1}`)))
