/**
 * A QR code (ISO/IEC 18004) for the terminal: byte mode, error correction level L, versions 1 to 5. These have one
 * block of codewords and no version field, which is all that a URL of at most 106 bytes needs.
 */
const VERSIONS = [
  { size: 21, data: 19, check: 7, align: 0 },
  { size: 25, data: 34, check: 10, align: 18 },
  { size: 29, data: 55, check: 15, align: 22 },
  { size: 33, data: 80, check: 20, align: 26 },
  { size: 37, data: 108, check: 26, align: 30 },
]

/** Rows of modules, true is dark. Throws RangeError for more than 106 bytes. */
export const qrModules = (text: string): boolean[][] => {
  const bytes = Buffer.from(text, 'utf8')
  const version = VERSIONS.find(({ data }) => bytes.length + 2 <= data)
  if (version === undefined) throw new RangeError(`a QR code of this size holds 106 bytes, not ${bytes.length}`)
  const data = dataCodewords(bytes, version.data)
  const codewords = [...data, ...checkCodewords(data, version.check)]
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

const draw = (
  { size, align }: { size: number; align: number },
  bits: boolean[],
  mask: Mask,
  maskNo: number,
): boolean[][] => {
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
  if (align > 0) square(align, align, 2, (d) => d !== 1)
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
