/**
 * PostgreSQL's page checksum (src/include/storage/checksum_impl.h: 32 parallel FNV-1a sums), so that a flipped byte in a
 * table file is found when it is copied, not years later when somebody reads the page.
 */
export const PAGE_BYTES = 8192
const SUMS = 32
const PRIME = 16777619
const BASIS = Uint32Array.of(
  0x5b1f36e9,
  0xb8525960,
  0x02ab50aa,
  0x1de66d2a,
  0x79ff467a,
  0x9bb9f8a3,
  0x217e7cd2,
  0x83e13d2c,
  0xf8d4474f,
  0xe39eb970,
  0x42c6ae16,
  0x993216fa,
  0x7b093b5d,
  0x98daff3c,
  0xf718902a,
  0x0b1c9cdb,
  0xe58f764b,
  0x187636bc,
  0x5d7b3bb1,
  0xe73de7de,
  0x92bec979,
  0xcca6c0b2,
  0x304a0979,
  0x85aa43d4,
  0x783125bb,
  0x6ca8eaa2,
  0xe407eac6,
  0x4b5cfc3e,
  0x9fbf8c76,
  0x15ca20be,
  0xf2ca9fd3,
  0x959bd756,
)

/** @param page 8,192 bytes; @param block its number in the whole relation (segments counted on) */
export const pageChecksum = (page: Uint8Array, block: number): number => {
  // A copy of its own: a Buffer's slice is a view of the whole chunk.
  const words = new Uint32Array(Uint8Array.from(page).buffer)
  // The sum is taken as if the field that holds it (bytes 8 and 9) were zero.
  words[2] = words[2]! & 0xffff0000
  const sums = Uint32Array.from(BASIS)
  const mix = (at: number, value: number): void => {
    const t = (sums[at]! ^ value) >>> 0
    sums[at] = Math.imul(t, PRIME) ^ (t >>> 17)
  }
  for (let n = 0; n < words.length; n += SUMS) for (let j = 0; j < SUMS; j++) mix(j, words[n + j]!)
  for (let round = 0; round < 2; round++) for (let j = 0; j < SUMS; j++) mix(j, 0)
  let sum = 0
  for (const one of sums) sum ^= one
  return (((sum ^ block) >>> 0) % 65535) + 1
}

/** Is the page what was written? One that was never used (all zero) is; one changed after `since` will be written again from the log. */
export const pageIsWhole = (page: Uint8Array, block: number, since: bigint): boolean => {
  const view = new DataView(page.buffer, page.byteOffset, PAGE_BYTES)
  const upper = view.getUint16(14, true)
  if (upper === 0) return page.every((byte) => byte === 0)
  const lsn = (BigInt(view.getUint32(0, true)) << 32n) | BigInt(view.getUint32(4, true))
  return lsn >= since || view.getUint16(8, true) === pageChecksum(page, block)
}

/** `0/3000060` as the number it is. */
export const lsnOf = (text: string): bigint => {
  const [high, low] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
