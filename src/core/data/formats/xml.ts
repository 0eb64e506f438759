/**
 * A scanner for the XML inside workbooks: tags, text, the five entities and character references, nothing else.
 * DOCTYPE is refused, so no entity can be defined, grow or point outside (billion laughs, external entities).
 * Text arrives in any pieces; a tag or text that never ends is refused.
 */
import { FileRefused } from '../gate.ts'

export type XmlHandler = {
  /** name without prefix; attributes as written, see `attribute` */
  open(name: string, attributes: string): void
  close(name: string): void
  text(text: string): void
}

const MAX_TAG_CHARS = 65_536
const MAX_DEPTH = 64
const bad = (sentence: string) => new FileRefused('workbook_damaged', sentence)

export function xmlScanner(handler: XmlHandler, maxTextChars: number): { push(text: string): void; end(): void } {
  let rest = ''
  let depth = 0

  const tag = (inside: string) => {
    if (inside.startsWith('?')) return
    if (inside.startsWith('/')) {
      depth--
      handler.close(localName(inside.slice(1).trimEnd()))
      return
    }
    const empty = inside.endsWith('/')
    const body = empty ? inside.slice(0, -1) : inside
    const space = body.search(/\s/)
    const name = localName(space < 0 ? body : body.slice(0, space))
    if (++depth > MAX_DEPTH) throw bad('The workbook nests its parts too deeply.')
    handler.open(name, space < 0 ? '' : body.slice(space))
    if (!empty) return
    depth--
    handler.close(name)
  }

  /** The end of a construct that starts at `at`, or -1 when more text is needed. */
  const closing = (text: string, at: number, end: string, max: number) => {
    const to = text.indexOf(end, at)
    if (to < 0 ? text.length - at > max : to - at > max) throw bad('The workbook has a part that never ends.')
    return to
  }

  const push = (more: string) => {
    const text = rest + more
    let from = 0
    for (;;) {
      const open = closing(text, from, '<', maxTextChars * 6)
      if (open < 0) break
      if (open > from && depth > 0) handler.text(decodeEntities(text.slice(from, open)))
      if (text.length - open < 9) {
        if (text.indexOf('>', open) < 0) {
          from = open
          break
        }
      }
      if (text.startsWith('<!DOCTYPE', open))
        throw new FileRefused('xml_doctype', 'The workbook carries an XML DOCTYPE, which no workbook needs.')
      const comment = text.startsWith('<!--', open)
      const cdata = text.startsWith('<![CDATA[', open)
      const to = closing(
        text,
        open,
        comment ? '-->' : cdata ? ']]>' : '>',
        comment || cdata ? maxTextChars * 6 : MAX_TAG_CHARS,
      )
      if (to < 0) {
        from = open
        break
      }
      if (cdata) handler.text(text.slice(open + 9, to))
      else if (!comment && text[open + 1] === '!')
        throw new FileRefused('xml_doctype', 'The workbook carries an XML declaration that no workbook needs.')
      else if (!comment) tag(text.slice(open + 1, to))
      from = to + (comment || cdata ? 3 : 1)
    }
    rest = text.slice(from)
  }

  const end = () => {
    if (depth !== 0 || rest.includes('<')) throw bad('The workbook is damaged: a part ends too early.')
  }
  return { push, end }
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

/** An attribute by its local name out of a tag's raw attributes; entities decoded. */
export function attribute(attributes: string, name: string): string | undefined {
  for (const quote of ['"', "'"]) {
    const key = `${name}=${quote}`
    let at = attributes.indexOf(key)
    while (at > 0 && !/[\s:]/.test(attributes[at - 1]!)) at = attributes.indexOf(key, at + 1)
    if (at < 0) continue
    const from = at + key.length
    return decodeEntities(attributes.slice(from, attributes.indexOf(quote, from)))
  }
  return undefined
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,12});?/g, (whole, name: string) => {
    const code = name.startsWith('#x')
      ? Number.parseInt(name.slice(2), 16)
      : name.startsWith('#')
        ? Number.parseInt(name.slice(1), 10)
        : Number.NaN
    if (code >= 0 && code <= 0x10ffff && whole.endsWith(';')) return String.fromCodePoint(code)
    if (Object.hasOwn(NAMED, name) && whole.endsWith(';')) return NAMED[name]!
    throw new FileRefused('xml_entity', 'The workbook uses an XML entity that it would have to define itself.')
  })
}

export const encodeEntities = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&quot;'))
