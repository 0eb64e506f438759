import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { readElementString, writeBracketed } from '../message/elementString.ts'
import { type Epc, epcElements, epcHex, epcIdUri, epcOfElements, epcTagUri, readEpcHex, readEpcUri } from './epc96.ts'

const vectors = JSON.parse(readFileSync(new URL('../vectors/epc96_vectors.json', import.meta.url), 'utf8')) as {
  hex: string
  uri: string
  id: string
  gs1: string
}[]

test('vectors: tag, URI and element string become each other', () => {
  for (const { hex, uri, id, gs1 } of vectors) {
    const epc = readEpcHex(hex)
    assert.deepEqual(
      [epcTagUri(epc), epcIdUri(epc), writeBracketed(epcElements(epc)), epcHex(epc)],
      [uri, id, gs1, hex],
    )
    assert.deepEqual(readEpcUri(uri), epc)
    assert.deepEqual(readEpcUri(id), { ...epc, filter: null })
    const read = readElementString(gs1)
    assert.ok(read.ok, gs1)
    assert.deepEqual(epcOfElements(read.value, { prefixDigits: epc.companyPrefix.length, filter: epc.filter }), epc)
  }
})

const DIGITS = { 'sgtin-96': 13, 'sscc-96': 17, 'sgln-96': 12, 'grai-96': 12 } as const
const BITS = { 'sgtin-96': 38, 'sscc-96': 0, 'sgln-96': 41, 'grai-96': 38 } as const
const tags = fc
  .record({
    scheme: fc.constantFrom('sgtin-96', 'sscc-96', 'sgln-96', 'grai-96'),
    filter: fc.nat(7),
    prefix: fc.integer({ min: 6, max: 12 }),
    digits: fc.array(fc.nat(9), { minLength: 17, maxLength: 17 }),
    serial: fc.bigInt({ min: 0n, max: (1n << 41n) - 1n }),
  })
  .map(({ scheme, filter, prefix, digits, serial }): Epc => {
    const text = digits.join('')
    return {
      scheme,
      filter,
      companyPrefix: text.slice(0, prefix),
      reference: text.slice(prefix, DIGITS[scheme]),
      serial: BITS[scheme] === 0 ? null : (serial & ((1n << BigInt(BITS[scheme])) - 1n)).toString(),
    }
  })

test('any tag of the four schemes comes back from hex, URI and element string', () => {
  fc.assert(
    fc.property(tags, (epc) => {
      const hex = epcHex(epc)
      assert.match(hex, /^[0-9A-F]{24}$/)
      assert.deepEqual(readEpcHex(hex), epc)
      assert.deepEqual(readEpcHex(hex.toLowerCase()), epc)
      assert.deepEqual(readEpcUri(epcTagUri(epc)), epc)
      assert.deepEqual(
        epcOfElements(epcElements(epc), { prefixDigits: epc.companyPrefix.length, filter: epc.filter }),
        epc,
      )
    }),
  )
})

test('any 96 bits are a tag that is written back to the same bits, or refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('30', '31', '32', '33'),
      fc.bigInt({ min: 0n, max: (1n << 88n) - 1n }),
      (header, rest) => {
        const hex = header + rest.toString(16).toUpperCase().padStart(22, '0')
        let epc: Epc
        try {
          epc = readEpcHex(hex)
        } catch (error) {
          assert.ok(error instanceof RangeError)
          return
        }
        assert.equal(epcHex(epc), hex)
      },
    ),
  )
})

test('what no tag can hold is refused with its reason', () => {
  const epc = readEpcHex(vectors[0]!.hex)
  assert.throws(() => epcHex({ ...epc, serial: '274877906944' }), /does not fit the 38 bits/)
  assert.throws(() => epcHex({ ...epc, serial: '007' }), /without leading zeros/)
  assert.throws(() => epcHex({ ...epc, filter: null }), /filter/)
  assert.throws(() => epcTagUri({ ...epc, reference: '1' }), /13 digits together/)
  assert.throws(() => readEpcHex('3174257BF4499602D2000001'), /zero/)
  assert.throws(() => readEpcHex('35'.padEnd(24, '0')), /header/)
  assert.throws(() => readEpcHex('301C'.padEnd(24, '0')), /partition 7/)
  assert.throws(() => readEpcUri('urn:epc:tag:sgtin-198:3.0614141.812345.6789'), /none of the schemes/)
  assert.throws(() => readEpcUri('urn:epc:id:sscc:0614141.1234567890.1'), /too many parts/)
  assert.throws(
    () => epcOfElements([{ ai: '01', value: '80614141123458' }], { prefixDigits: 7, filter: 1 }),
    /serial number/,
  )
  assert.throws(
    () => epcOfElements([{ ai: '414', value: '4431982965723' }], { prefixDigits: 7, filter: 1 }),
    /check digit/,
  )
})
