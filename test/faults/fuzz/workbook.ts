/** The cells of an XLSX file as a spreadsheet would take them; read here anew, not by the reader that is under test. */
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const ENTRY = 0x02014b50

/** Name → text of each file in the archive, by its central directory. */
const unzipped = (bytes: Buffer): Map<string, string> => {
  const files = new Map<string, string>()
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1
  if (end < 0) throw new Error('no archive')
  let at = bytes.readUInt32LE(end + 16)
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('a broken directory')
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const [packed, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)]
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = bytes.subarray(from, from + packed)
    const text = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content
    files.set(bytes.toString('utf8', at + 46, at + 46 + name), text.toString('utf8'))
    at += 46 + name + extra + comment
  }
  return files
}

/** Whatever runs, asks or reaches out: a formula, a link to elsewhere, a macro, text that is not typed as text. */
export const readWorkbook = (bytes: Buffer): { cells: number; texts: number; active: string[] } => {
  const active: string[] = []
  let cells = 0
  let texts = 0
  for (const [name, text] of unzipped(bytes)) {
    if (/vba|externalLink|connections|activeX|embeddings/i.test(name)) active.push(name)
    if (/TargetMode="External"/.test(text)) active.push(`${name} reaches out`)
    if (!name.startsWith('xl/worksheets/')) continue
    if (/<(\w+:)?(f|hyperlink|oleObject|control|dataValidation)[\s/>]/.test(text))
      active.push(`${name} holds more than values`)
    for (const [, attributes, content = ''] of text.matchAll(/<c((?:\s[^>]*?)?)(?:\/>|>(.*?)<\/c>)/gs)) {
      cells += 1
      const type = / t="(\w+)"/.exec(attributes!)?.[1] ?? 'n'
      if (type === 'inlineStr' || type === 's') texts += 1
      const value = content.replace(/<[^>]*>/g, '')
      const isPlain = type === 'inlineStr' || type === 's' || (type === 'b' && /^[01]$/.test(value))
      if (!isPlain && !(type === 'n' && /^(-?\d+(\.\d+)?(E[+-]?\d+)?)?$/i.test(value)))
        active.push(`${name} a cell of type ${type}: ${content.slice(0, 80)}`)
    }
  }
  return { cells, texts, active }
}
