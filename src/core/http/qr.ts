/**
 * A QR code (ISO/IEC 18004): byte mode, error correction level L, versions 1 to 9, of 230 bytes at most. A URL in the
 * terminal takes one of the first five; the address of a second factor, which names company and person, one of the last.
 * `data` and `check` are codewords of one block.
 */
interface Version {
  readonly no: number
  readonly blocks: number
  readonly data: number
  readonly check: number
  /** Rows and columns of the centres of alignment patterns, beside 6. */
  readonly align: readonly number[]
}
const VERSIONS: readonly Version[] = [
  { no: 1, blocks: 1, data: 19, check: 7, align: [] },
  { no: 2, blocks: 1, data: 34, check: 10, align: [18] },
  { no: 3, blocks: 1, data: 55, check: 15, align: [22] },
  { no: 4, blocks: 1, data: 80, check: 20, align: [26] },
  { no: 5, blocks: 1, data: 108, check: 26, align: [30] },
  { no: 6, blocks: 2, data: 68, check: 18, align: [34] },
  { no: 7, blocks: 2, data: 78, check: 20, align: [22, 38] },
  { no: 8, blocks: 2, data: 97, check: 24, align: [24, 42] },
  { no: 9, blocks: 2, data: 116, check: 30, align: [26, 46] },
]
export const QR_MOST_BYTES = 230

/** Rows of modules, true is dark. Throws RangeError for more than 230 bytes. */
export const qrModules = (text: string): boolean[][] => {
  const bytes = Buffer.from(text, 'utf8')
  const version = VERSIONS.find(({ blocks, data }) => bytes.length + 2 <= blocks * data)
  if (version === undefined)
    throw new RangeError(`a QR code of this size holds ${QR_MOST_BYTES} bytes, not ${bytes.length}`)
  const words = dataCodewords(bytes, version.blocks * version.data)
  const blocks = Array.from({ length: version.blocks }, (_, n) => words.slice(n * version.data, (n + 1) * version.data))
  const codewords = [
    ...interleaved(blocks),
    ...interleaved(blocks.map((block) => checkCodewords(block, version.check))),
  ]
  const bits = codewords.flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((n) => ((word >> n) & 1) === 1))
  const candidates = MASKS.map((mask, n) => draw(version, bits, mask, n))
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best))
}

/** Two rows of modules in one line of half blocks, with the four light modules around that scanners need. */
export const qrText = (text: string): string => {
  const modules = qrModules(text)
  const at = (y: number, x: number) => modules[y]?.[x] ?? false
  const lines: string[] = []
  for (let y = -4; y < modules.length + 4; y += 2) {
    let line = ''
    // Light is drawn, dark is left out: terminals are mostly dark. Both colours are set, so light ones work too.
    for (let x = -4; x < modules.length + 4; x++)
      line += [
        ['█', '▀'],
        ['▄', ' '],
      ][Number(at(y, x))]![Number(at(y + 1, x))]
    lines.push(`\u001b[97;40m${line}\u001b[0m`)
  }
  return lines.join('\n')
}

/** The first word of each block, then the second of each: a stain takes a little of all instead of all of one. */
const interleaved = (blocks: number[][]): number[] => blocks[0]!.flatMap((_, n) => blocks.map((block) => block[n]!))

const dataCodewords = (bytes: Uint8Array, room: number): number[] => {
  const words = [0x40 | (bytes.length >> 4), ((bytes.length & 15) << 4) | (bytes.length > 0 ? bytes[0]! >> 4 : 0)]
  for (let n = 0; n < bytes.length; n++) words.push(((bytes[n]! & 15) << 4) | ((bytes[n + 1] ?? 0) >> 4))
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad)
  return words
}

/** Reed-Solomon over GF(256), polynomial 0x11d. */
const EXP = new Uint8Array(512)
const LOG = new Uint8Array(256)
for (let n = 0, x = 1; n < 255; n++) {
  EXP[n] = x
  EXP[n + 255] = x
  LOG[x] = n
  x = (x << 1) ^ (x & 128 ? 0x11d : 0)
}
const times = (a: number, b: number) => (a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!)

const checkCodewords = (data: number[], count: number): number[] => {
  let generator = [1]
  for (let n = 0; n < count; n++)
    generator = [...generator, 0].map((value, i) => value ^ times(generator[i - 1] ?? 0, EXP[n]!))
  const rest = [...data, ...new Array<number>(count).fill(0)]
  for (let n = 0; n < data.length; n++) {
    const lead = rest[n]!
    generator.forEach((value, i) => {
      rest[n + i]! ^= times(value, lead)
    })
  }
  return rest.slice(data.length)
}

type Mask = (y: number, x: number) => boolean
const MASKS: Mask[] = [
  (y, x) => (y + x) % 2 === 0,
  (y) => y % 2 === 0,
  (_, x) => x % 3 === 0,
  (y, x) => (y + x) % 3 === 0,
  (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
]

const draw = ({ no, align }: Version, bits: boolean[], mask: Mask, maskNo: number): boolean[][] => {
  const size = 17 + 4 * no
  const modules: (boolean | null)[][] = Array.from({ length: size }, () => new Array<boolean | null>(size).fill(null))
  const put = (y: number, x: number, dark: boolean) => {
    if (y >= 0 && x >= 0 && y < size && x < size) modules[y]![x] = dark
  }
  const square = (cy: number, cx: number, reach: number, dark: (distance: number) => boolean) => {
    for (let y = -reach; y <= reach; y++)
      for (let x = -reach; x <= reach; x++) put(cy + y, cx + x, dark(Math.max(Math.abs(y), Math.abs(x))))
  }
  for (let n = 8; n < size - 8; n++) {
    put(6, n, n % 2 === 0)
    put(n, 6, n % 2 === 0)
  }
  // three of the crossings lie under the finders
  for (const y of [6, ...align])
    for (const x of [6, ...align])
      if ((y !== 6 && x !== 6) || (y !== x && Math.max(y, x) < size - 8)) square(y, x, 2, (d) => d !== 1)
  if (no >= 7) drawVersion(put, size, no)
  for (const [y, x] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ])
    square(y!, x!, 4, (d) => d !== 2 && d !== 4)
  drawFormat(put, size, maskNo)

  let next = 0
  // Two columns at a time from the right, up and down in turn; column 6 is timing.
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--
    for (let n = 0; n < size; n++) {
      const y = up ? size - 1 - n : n
      for (const x of [right, right - 1]) if (modules[y]![x] === null) put(y, x, (bits[next++] ?? false) !== mask(y, x))
    }
  }
  return modules as boolean[][]
}

/** The version with 12 check bits, twice: left of the upper right finder, above the lower left one. */
const drawVersion = (put: (y: number, x: number, dark: boolean) => void, size: number, no: number) => {
  let rest = no
  for (let n = 0; n < 12; n++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25)
  const word = (no << 12) | rest
  for (let n = 0; n < 18; n++) {
    const dark = ((word >> n) & 1) === 1
    put(Math.floor(n / 3), size - 11 + (n % 3), dark)
    put(size - 11 + (n % 3), Math.floor(n / 3), dark)
  }
}

/** Level L (01) and the mask, with 10 check bits, twice around the finders. */
const drawFormat = (put: (y: number, x: number, dark: boolean) => void, size: number, maskNo: number) => {
  const data = (0b01 << 3) | maskNo
  let rest = data
  for (let n = 0; n < 10; n++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  const word = ((data << 10) | rest) ^ 0x5412
  for (let n = 0; n < 15; n++) {
    const dark = ((word >> n) & 1) === 1
    if (n < 8) {
      put(n < 6 ? n : n + 1, 8, dark)
      put(8, size - 1 - n, dark)
    } else {
      put(8, n === 8 ? 7 : 14 - n, dark)
      put(size - 15 + n, 8, dark)
    }
  }
  put(size - 8, 8, true)
}

/** Rules 1 and 4 of the standard (runs and balance) and 2 (blocks): enough to keep a mask from imitating the finders. */
const penalty = (modules: boolean[][]): number => {
  const size = modules.length
  let points = 0
  let dark = 0
  for (let y = 0; y < size; y++) {
    let run = 0
    let runDown = 0
    for (let x = 0; x < size; x++) {
      const here = modules[y]![x]!
      if (here) dark++
      run = x > 0 && modules[y]![x - 1] === here ? run + 1 : 1
      runDown = x > 0 && modules[x - 1]![y] === modules[x]![y] ? runDown + 1 : 1
      for (const length of [run, runDown]) points += length === 5 ? 3 : length > 5 ? 1 : 0
      if (
        x > 0 &&
        y > 0 &&
        modules[y - 1]![x] === here &&
        modules[y]![x - 1] === here &&
        modules[y - 1]![x - 1] === here
      )
        points += 3
    }
  }
  return points + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10))
}
