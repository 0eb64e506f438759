/** The few words of ASN.1 DER (X.690) that a certificate is written in. */
const tlv = (tag: number, content: Uint8Array): Buffer => {
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
const join = (parts: Uint8Array[]) => Buffer.concat(parts)

export const der = {
  sequence: (...parts: Uint8Array[]) => tlv(0x30, join(parts)),
  set: (...parts: Uint8Array[]) => tlv(0x31, join(parts)),
  /** A positive integer, most significant byte first. */
  integer: (bytes: Uint8Array) => tlv(0x02, bytes[0]! & 0x80 ? join([Buffer.from([0]), bytes]) : bytes),
  boolean: (value: boolean) => tlv(0x01, Buffer.from([value ? 0xff : 0])),
  octets: (bytes: Uint8Array) => tlv(0x04, bytes),
  bits: (bytes: Uint8Array, unused = 0) => tlv(0x03, join([Buffer.from([unused]), bytes])),
  utf8: (text: string) => tlv(0x0c, Buffer.from(text, 'utf8')),
  oid: (dotted: string) => {
    const [first, second, ...rest] = dotted.split('.').map(Number)
    return tlv(0x06, Buffer.from([first! * 40 + second!, ...rest.flatMap(base128)]))
  },
  /** RFC 5280: two-digit years until 2049, four digits from then on. */
  time: (moment: Date) => {
    const digits = `${moment.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
    return moment.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
  },
  /** [n] implicit over bytes, or over parts when constructed. */
  implicit: (n: number, bytes: Uint8Array) => tlv(0x80 | n, bytes),
  explicit: (n: number, ...parts: Uint8Array[]) => tlv(0xa0 | n, join(parts)),
}

const base128 = (value: number): number[] => {
  const digits = [value & 127]
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 127) | 128)
  return digits
}
