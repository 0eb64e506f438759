import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Time-based one-time passwords: RFC 6238 over RFC 4226, SHA-1, 30 s, 6 digits, which is what every authenticator app speaks. */
const STEP_MS = 30_000
const DIGITS = 6

/** One code. `step` is the count of 30-second steps since 1970; `digits` and `hash` vary in the RFC's test vectors only. */
export const totpAt = (
  secret: Buffer,
  step: number,
  digits = DIGITS,
  hash: 'sha1' | 'sha256' | 'sha512' = 'sha1',
): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(hash, secret).update(counter).digest()
  const offset = mac[mac.length - 1]! & 0x0f
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}

/** The step a code belongs to, one step of clock error either way; null when it fits none. All three are always computed. */
export const totpStep = (secret: Buffer, code: string, now: Date): number | null => {
  const typed = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(typed)) return null
  const current = Math.floor(now.getTime() / STEP_MS)
  let found: number | null = null
  for (const step of [current - 1, current, current + 1])
    if (timingSafeEqual(Buffer.from(totpAt(secret, step)), Buffer.from(typed))) found = step
  return found
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
export const base32 = (bytes: Buffer): string => {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += BASE32[(value >> bits) & 31]
    }
  }
  return bits > 0 ? out + BASE32[(value << (5 - bits)) & 31] : out
}

export const newTotpSecret = (): Buffer => randomBytes(20)

/** What the QR code says. */
export const totpUri = (secret: Buffer, company: string, email: string): string => {
  const label = `${encodeURIComponent(company.replaceAll(':', ' '))}:${encodeURIComponent(email)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(company.replaceAll(':', ' '))}&algorithm=SHA1&digits=${DIGITS}&period=30`
}
