import { createHash, randomBytes } from 'node:crypto'

/** SHA-256 in hex: how every token, key and code stands in the database. Random 256 bits need no slow hash. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** What a token of ours can look like; anything else is nobody without asking the database. */
export const looksLikeToken = (token: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(token)
export const API_KEY_PREFIX = 'ent_'
export const looksLikeKey = (key: string): boolean => key.startsWith(API_KEY_PREFIX) && looksLikeToken(key.slice(4))

/** No 0 O 1 I: read over a shoulder or typed from a printout. 12 of 32 signs are 60 bits, enough for a code that is guessed online. */
const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
export const typedCode = (): string => {
  const signs = Array.from(randomBytes(12), (byte) => SIGNS[byte & 31]!).join('')
  return `${signs.slice(0, 4)}-${signs.slice(4, 8)}-${signs.slice(8)}`
}
/** As a person types it: any case, with or without the dashes. */
export const readCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
