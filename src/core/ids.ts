import { randomBytes, randomFillSync } from 'node:crypto'

/**
 * UUIDv7 (RFC 9562 §5.7, method 1): 48 bits of milliseconds, then a 12-bit counter within the millisecond, then random
 * bits. The counter keeps ids of one process in the order they were made, which B-trees and partitions like. An id is
 * not a secret: secrets come from `secretToken`.
 */
const pool = Buffer.alloc(4096)
let used = pool.length
let lastMs = -1
let counter = 0

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const uuidv7 = (ms: number): string => {
  if (ms === lastMs) counter += 1
  else {
    lastMs = ms
    counter = 0
  }
  // 4,096 ids in one millisecond: borrow from the next one rather than repeat.
  const at = ms + (counter >> 12)
  const sequence = counter & 0xfff
  if (used + 8 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const r = pool.subarray(used, used + 8)
  used += 8
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${hex[(r[0]! & 0x3f) | 0x80]}${hex[r[1]!]}-${hex[r[2]!]}${hex[r[3]!]}${hex[r[4]!]}${hex[r[5]!]}${hex[r[6]!]}${hex[r[7]!]}`
}

/** 256 random bits, base64url: session tokens, API keys, webhook secrets. Stored only as SHA-256. */
export const secretToken = (): string => randomBytes(32).toString('base64url')

/** mulberry32: small seeded generator for demo data, jitter in tests and seeded searches. Not for secrets. */
export const seeded = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}
