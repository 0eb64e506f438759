import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { withCheckDigit } from '../checkDigit.ts'
import { IDENTIFIERS } from '../dictionary/identifiers.ts'
import { CSET_82 } from '../linters/characters.ts'
import { readDigitalLink, writeDigitalLink } from './digitalLink.ts'
import { type Element, splitElements } from './element.ts'
import { readElementString, writeBracketed, writeElementString, writeHumanReadable } from './elementString.ts'
import { readScan, type Symbology, writeScan } from './scan.ts'

interface Vectors {
  element_strings: {
    bracketed: string | null
    fnc1_in?: string
    engine_valid: boolean
    fnc1?: string
    hri?: string[]
  }[]
  digital_link: { uri: string; valid: boolean; fnc1?: string; bracketed?: string }[]
  digital_link_generate: { bracketed: string; stem: string; valid: boolean; uri: string }[]
  scan_data: { scan: string; engine_valid: boolean; symbology: string; data: string; bracketed?: string | null }[]
  generate_scan_data: { symbology: string; data: string; scan: string | null }[]
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/gs1_vectors.json', import.meta.url), 'utf8')) as Vectors

test('official vectors: element strings are read right, or refused with a reason', () => {
  for (const { fnc1_in, bracketed, engine_valid, fnc1, hri } of vectors.element_strings) {
    const text = fnc1_in ?? bracketed!
    // Without FNC1 in front these are data of any other kind, which the engine passes through.
    if (fnc1_in !== undefined && !text.startsWith('^')) {
      assert.equal(readElementString(text).ok, false)
      continue
    }
    const read = readElementString(text)
    assert.equal(read.ok, engine_valid, `${text}: ${read.ok ? 'accepted' : read.reason}`)
    if (!read.ok) {
      assert.match(read.reason, /\w+ \w+/)
      continue
    }
    assert.deepEqual(writeHumanReadable(read.value), hri, text)
    if (fnc1 !== undefined) assert.deepEqual(writeElementString(read.value), { ok: true, value: fnc1 })
    if (bracketed !== null && bracketed !== undefined) assert.equal(writeBracketed(read.value), bracketed)
  }
})

test('official vectors: Digital Links are read right, or refused', () => {
  for (const { uri, valid, fnc1, bracketed } of vectors.digital_link) {
    const read = readDigitalLink(uri)
    assert.equal(read.ok, valid, `${uri}: ${read.ok ? 'accepted' : read.reason}`)
    if (!read.ok) continue
    assert.equal(writeBracketed(read.value), bracketed)
    assert.deepEqual(writeElementString(read.value), { ok: true, value: fnc1 })
  }
})

test('official vectors: Digital Links are written as GS1 writes them', () => {
  for (const { bracketed, stem, valid, uri } of vectors.digital_link_generate) {
    // One message with the unallocated (89) is there twice: refused, and written where such are let through.
    const unknown = valid && bracketed.includes('(89)') ? 'keep' : 'refuse'
    const split = splitElements(bracketed, { unknown })
    const written = split.ok ? writeDigitalLink(split.value, { stem, unknown }) : split
    assert.equal(written.ok, valid, `${bracketed}: ${written.ok ? 'accepted' : written.reason}`)
    if (written.ok) assert.equal(written.value, uri)
  }
})

test('official vectors: what scanners send is read right, or refused', () => {
  for (const { scan, engine_valid, symbology, data, bracketed } of vectors.scan_data) {
    const read = readScan(scan)
    assert.equal(read.ok, engine_valid, `${scan}: ${read.ok ? 'accepted' : read.reason}`)
    if (!read.ok) continue
    assert.deepEqual([read.value.symbology, read.value.data], [symbology, data.replaceAll('\\\\', '\\\\')])
    assert.equal(read.value.elements === null ? null : writeBracketed(read.value.elements), bracketed, scan)
  }
})

test('official vectors: data become what a scanner would send', () => {
  for (const { symbology, data, scan } of vectors.generate_scan_data) {
    const written = writeScan(symbology as Symbology, data)
    assert.deepEqual(written.ok ? written.value : null, scan, `${symbology} ${data}`)
  }
})

const signs = (max: number, set: string = CSET_82) =>
  fc.array(fc.constantFrom(...set), { minLength: 1, maxLength: max }).map((all) => all.join(''))
const digits = (length: number) =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((all) => all.join(''))

/** Any message of an item that keeps all rules: a GTIN and, in any order, what may stand beside it. */
const messages = fc
  .record({
    gtin: digits(13).map(withCheckDigit),
    lot: fc.option(signs(20)),
    serial: fc.option(signs(20)),
    variant: fc.option(signs(20)),
    note: fc.option(signs(90)),
    kilograms: fc.option(fc.tuple(fc.nat(5), digits(6))),
    month: fc.option(fc.integer({ min: 1, max: 12 })),
    first: fc.boolean(),
  })
  .map(({ gtin, lot, serial, variant, note, kilograms, month, first }): Element[] => {
    const rest: Element[] = [
      ...(note === null ? [] : [{ ai: '91', value: note }]),
      ...(variant === null ? [] : [{ ai: '22', value: variant }]),
      ...(kilograms === null ? [] : [{ ai: `310${kilograms[0]}`, value: kilograms[1] }]),
      ...(lot === null ? [] : [{ ai: '10', value: lot }]),
      ...(month === null ? [] : [{ ai: '17', value: `27${String(month).padStart(2, '0')}00` }]),
      ...(serial === null ? [] : [{ ai: '21', value: serial }]),
    ]
    return first ? [{ ai: '01', value: gtin }, ...rest] : [...rest, { ai: '01', value: gtin }]
  })

test('any message is read back from brackets, from FNC1, from a scan and from a link as it was written', () => {
  fc.assert(
    fc.property(messages, (elements) => {
      assert.deepEqual(readElementString(writeBracketed(elements)), { ok: true, value: elements })
      const encoded = writeElementString(elements)
      assert.ok(encoded.ok)
      assert.deepEqual(readElementString(encoded.value), { ok: true, value: elements })
      for (const symbology of ['GS1_128_CCA', 'DM', 'QR', 'DataBarExpanded'] as const) {
        const scan = writeScan(symbology, encoded.value)
        assert.ok(scan.ok)
        const read = readScan(scan.value)
        assert.ok(read.ok)
        assert.deepEqual([read.value.data, read.value.elements], [encoded.value, elements])
      }
      const link = writeDigitalLink(elements)
      assert.ok(link.ok)
      const read = readDigitalLink(link.value)
      assert.ok(read.ok, link.value)
      const sorted = (all: readonly Element[]) => all.toSorted((a, b) => (a.ai < b.ai ? -1 : 1))
      assert.deepEqual(sorted(read.value), sorted(elements))
    }),
  )
})

test('nothing that is typed or scanned throws: it is read, or refused with a reason', () => {
  const near = fc.constantFrom(
    '(01)',
    '(10)',
    '^01',
    ']C1',
    ']Q1https://a/01/',
    '\\(',
    '\u001d',
    '%41',
    '%',
    '&',
    '/10/',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(near, fc.string(), digits(14))), (parts) => {
      const text = parts.join('')
      for (const read of [readElementString(text), readScan(text), readDigitalLink(text), splitElements(text)])
        assert.ok(read.ok || read.reason.length > 5)
    }),
  )
})

test('pairings: what is needed and what is barred, also by pattern, and never an AI by itself', () => {
  const ok = (text: string) => readElementString(text).ok
  const gtin = '(01)09520123456788'
  assert.ok(ok(`${gtin}(3103)000195`))
  assert.ok(!ok(`${gtin}(3103)000195(3102)001950`), 'two net weights')
  assert.ok(ok(`${gtin}(3103)000195(3103)000195`), 'one net weight said twice')
  assert.ok(!ok(`${gtin}(3922)0299`), 'a price without a measure')
  assert.ok(ok(`${gtin}(3922)0299(3103)000195`))
  assert.ok(!ok(`${gtin}(8040)490154203237518`), 'an IMEI without a serial number')
  assert.ok(ok(`${gtin}(21)A(8040)490154203237518`))
  assert.ok(ok(`(00)106141412345678908(4330)000100(4332)000050-`))
  assert.ok(!ok(`(00)106141412345678908(4330)000100(4331)000050`), 'a highest temperature in two scales')
  assert.ok(!ok('(8026)095201234567880102'), 'pieces without a count')
})

test('every identifier has data that pass and are cut at the right place', () => {
  for (const { ai, components, predefined } of IDENTIFIERS.values()) {
    const max = components.reduce((sum, one) => sum + one.max, 0)
    const split = splitElements(`\u001d${ai}${'1'.repeat(max)}${predefined ? '' : '\u001d'}9901`)
    assert.deepEqual(split, {
      ok: true,
      value: [
        { ai, value: '1'.repeat(max) },
        { ai: '99', value: '01' },
      ],
    })
  }
})
