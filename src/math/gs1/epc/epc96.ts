import { isSscc, withCheckDigit } from '../checkDigit.ts'
import type { Element } from '../message/element.ts'

export type Scheme = 'sgtin-96' | 'sscc-96' | 'sgln-96' | 'grai-96'

/**
 * What a tag of 96 bits says (EPC Tag Data Standard §14): digits as in its URI, leading zeros kept, for a tag's prefix and
 * reference are numbers of a known length.
 */
export interface Epc {
  readonly scheme: Scheme
  /** What the object is to a reader (0 to 7): 1 sold by itself, 2 a case, 6 a unit load …; null in a URI without it. */
  readonly filter: number | null
  /** 6 to 12 digits. */
  readonly companyPrefix: string
  /** Of the item (its indicator first), the unit (extension digit first), the place or the asset type; '' where no digit is left. */
  readonly reference: string
  /** Null for an SSCC, which has its serial in the reference. '0' of an SGLN: the place has no extension. */
  readonly serial: string | null
}

interface Layout {
  readonly header: number
  readonly name: string
  /** Digits of prefix and reference together, and bits of both. */
  readonly digits: number
  readonly bits: number
  /** 0: no serial, zeros fill the tag. */
  readonly serialBits: number
}
const LAYOUTS: Readonly<Record<Scheme, Layout>> = {
  'sgtin-96': { header: 0x30, name: 'sgtin', digits: 13, bits: 44, serialBits: 38 },
  'sscc-96': { header: 0x31, name: 'sscc', digits: 17, bits: 58, serialBits: 0 },
  'sgln-96': { header: 0x32, name: 'sgln', digits: 12, bits: 41, serialBits: 41 },
  'grai-96': { header: 0x33, name: 'grai', digits: 12, bits: 44, serialBits: 38 },
}
const SCHEMES = Object.keys(LAYOUTS) as Scheme[]

/** Bits of a company prefix of 12, 11, … 6 digits: its place is the partition value. */
const PREFIX_BITS = [40, 37, 34, 30, 27, 24, 20]

const wrong = (why: string): never => {
  throw new RangeError(why)
}

/** @throws RangeError for what no tag of the scheme can hold. */
const checked = (epc: Epc): Epc => {
  const { scheme, filter, companyPrefix, reference, serial } = epc
  const { digits, serialBits } = LAYOUTS[scheme] ?? wrong(`${scheme} is no scheme of 96 bits that is known here`)
  if (!/^[0-9]{6,12}$/.test(companyPrefix)) wrong('a GS1 company prefix has 6 to 12 digits in a tag')
  if (!/^[0-9]*$/.test(reference) || companyPrefix.length + reference.length !== digits)
    wrong(`prefix and reference of an ${scheme} have ${digits} digits together`)
  if (filter !== null && !(Number.isInteger(filter) && filter >= 0 && filter <= 7)) wrong('a filter value is 0 to 7')
  if (serialBits === 0) {
    if (serial !== null) wrong('an SSCC has no serial number beside its reference')
  } else if (serial === null || !/^(?:0|[1-9][0-9]*)$/.test(serial))
    wrong(`the serial number of an ${scheme} is a number without leading zeros`)
  else if (serial.length > 13 || BigInt(serial) >= 1n << BigInt(serialBits))
    wrong(`the serial number ${serial} does not fit the ${serialBits} bits of an ${scheme}`)
  return epc
}

/** 24 hexadecimal digits. @throws RangeError when there is no filter value, or no tag can hold it. */
export const epcHex = (epc: Epc): string => {
  const { scheme, filter, companyPrefix, reference, serial } = checked(epc)
  if (filter === null) throw new RangeError('a tag has a filter value')
  const { header, bits, serialBits } = LAYOUTS[scheme]
  const partition = 12 - companyPrefix.length
  const prefixBits = PREFIX_BITS[partition]!
  let tag = BigInt(header)
  const push = (value: string | number, length: number): void => {
    tag = (tag << BigInt(length)) | BigInt(value)
  }
  push(filter, 3)
  push(partition, 3)
  push(companyPrefix, prefixBits)
  push(reference === '' ? 0 : reference, bits - prefixBits)
  push(serial ?? 0, 96 - 14 - bits)
  if (serialBits > 0 && serialBits !== 96 - 14 - bits) throw new RangeError('the layout is not of 96 bits')
  return tag.toString(16).toUpperCase().padStart(24, '0')
}

/** Reads the memory of a tag. @throws RangeError for another length, an unknown header, or numbers longer than their partition allows. */
export const readEpcHex = (hex: string): Epc => {
  if (!/^[0-9A-Fa-f]{24}$/.test(hex)) throw new RangeError('a tag of 96 bits has 24 hexadecimal digits')
  const tag = BigInt(`0x${hex}`)
  const bits = (from: number, length: number): bigint =>
    (tag >> BigInt(96 - from - length)) & ((1n << BigInt(length)) - 1n)
  const scheme = SCHEMES.find((one) => LAYOUTS[one].header === Number(bits(0, 8)))
  if (scheme === undefined) return wrong(`the header ${hex.slice(0, 2)} is none of ${SCHEMES.join(', ')}`)
  const layout = LAYOUTS[scheme]
  const partition = Number(bits(11, 3))
  const prefixBits = PREFIX_BITS[partition]
  if (prefixBits === undefined) throw new RangeError(`there is no partition ${partition}`)
  const number = (from: number, length: number, digits: number): string => {
    const text = bits(from, length).toString()
    if (digits === 0) return text === '0' ? '' : wrong('a reference without digits is not zero')
    return text.length > digits ? wrong(`${text} has more than ${digits} digits`) : text.padStart(digits, '0')
  }
  const rest = bits(14 + layout.bits, 96 - 14 - layout.bits)
  if (layout.serialBits === 0 && rest !== 0n) throw new RangeError('the bits behind an SSCC are zero')
  return {
    scheme,
    filter: Number(bits(8, 3)),
    companyPrefix: number(14, prefixBits, 12 - partition),
    reference: number(14 + prefixBits, layout.bits - prefixBits, layout.digits - 12 + partition),
    serial: layout.serialBits === 0 ? null : rest.toString(),
  }
}

const uri = (head: string, { companyPrefix, reference, serial }: Epc): string =>
  `${head}${companyPrefix}.${reference}${serial === null ? '' : `.${serial}`}`

/** `urn:epc:tag:sgtin-96:3.0614141.812345.6789`. @throws RangeError when there is no filter value. */
export const epcTagUri = (epc: Epc): string => {
  if (epc.filter === null) throw new RangeError('the URI of a tag has a filter value')
  return uri(`urn:epc:tag:${epc.scheme}:${epc.filter}.`, checked(epc))
}
/** `urn:epc:id:sgtin:0614141.812345.6789`: of the object, whatever its tag says beside. */
export const epcIdUri = (epc: Epc): string => uri(`urn:epc:id:${LAYOUTS[epc.scheme].name}:`, checked(epc))

/** Reads the URI of a tag or of an object (then without a filter value). @throws RangeError */
export const readEpcUri = (text: string): Epc => {
  const parts = /^urn:epc:(tag|id):([a-z0-9-]+):([0-9.]+)$/.exec(text)
  if (!parts) throw new RangeError(`${text} is no URI of a tag or an object that is known here`)
  const [, kind, name, numbers] = parts as unknown as [string, string, string, string]
  const scheme = SCHEMES.find((one) => (kind === 'tag' ? one : LAYOUTS[one].name) === name)
  if (scheme === undefined) return wrong(`${name} is none of the schemes known here`)
  const fields = numbers.split('.')
  const filter = kind === 'tag' ? fields.shift() : undefined
  if (filter !== undefined && !/^[0-7]$/.test(filter)) throw new RangeError('a filter value is 0 to 7')
  const [companyPrefix = '', reference = '', serial] = fields
  if (fields.length !== (LAYOUTS[scheme].serialBits === 0 ? 2 : 3))
    throw new RangeError(`${text} has too many parts, or too few`)
  return checked({
    scheme,
    filter: filter === undefined ? null : Number(filter),
    companyPrefix,
    reference,
    serial: serial ?? null,
  })
}

/** GTIN and SSCC put the first digit of the reference before the company prefix. */
const turned = ({ companyPrefix, reference }: Epc): string =>
  withCheckDigit(`${reference[0]}${companyPrefix}${reference.slice(1)}`)

/** What a barcode on the same object says. */
export const epcElements = (epc: Epc): Element[] => {
  const { scheme, companyPrefix, reference, serial } = checked(epc)
  if (scheme === 'sscc-96') return [{ ai: '00', value: turned(epc) }]
  if (scheme === 'sgtin-96')
    return [
      { ai: '01', value: turned(epc) },
      { ai: '21', value: serial! },
    ]
  const thirteen = withCheckDigit(`${companyPrefix}${reference}`)
  if (scheme === 'grai-96') return [{ ai: '8003', value: `0${thirteen}${serial}` }]
  return [{ ai: '414', value: thirteen }, ...(serial === '0' ? [] : [{ ai: '254', value: serial! }])]
}

/**
 * The tag of what a barcode says: GTIN with serial number, SSCC, GLN with or without extension, or GRAI with serial number.
 * @param prefixDigits how long the company prefix is: a barcode does not tell.
 * @throws RangeError when there is none of these, a check digit is wrong, or the serial number fits no tag of 96 bits.
 */
export const epcOfElements = (
  elements: readonly Element[],
  { prefixDigits, filter }: { readonly prefixDigits: number; readonly filter: number | null },
): Epc => {
  const of = (ai: string): string | undefined => elements.find((one) => one.ai === ai)?.value
  const body = (key: string, digits: number): string => {
    if (!new RegExp(`^[0-9]{${digits}}$`).test(key) || withCheckDigit(key.slice(0, -1)) !== key)
      throw new RangeError(`${key} has not ${digits} digits of which the last is the check digit`)
    return key.slice(0, -1)
  }
  const epc = (scheme: Scheme, digits: string, front: string, serial: string | null): Epc =>
    checked({
      scheme,
      filter,
      companyPrefix: digits.slice(0, prefixDigits),
      reference: `${front}${digits.slice(prefixDigits)}`,
      serial,
    })
  const [sscc, gtin, gln, grai] = [of('00'), of('01'), of('414'), of('8003')]
  if (sscc !== undefined) {
    if (!isSscc(sscc)) throw new RangeError(`${sscc} is no SSCC`)
    return epc('sscc-96', sscc.slice(1, -1), sscc[0]!, null)
  }
  if (gtin !== undefined) {
    const serial = of('21')
    if (serial === undefined) throw new RangeError('a tag of a trade item needs its serial number (21)')
    return epc('sgtin-96', body(gtin, 14).slice(1), gtin[0]!, serial)
  }
  if (gln !== undefined) return epc('sgln-96', body(gln, 13), '', of('254') ?? '0')
  if (grai !== undefined) return epc('grai-96', body(grai.slice(1, 14), 13), '', grai.slice(14))
  throw new RangeError('none of AI (00), (01), (414), (8003) is there')
}
