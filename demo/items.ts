/** The item master: name, prices and quantities are the file's; category, case, cost, weight, shelf life are assumed. */
import { dice } from './dice.ts'
import type { ItemFacts } from './facts.ts'

export type DemoItem = {
  sku: string
  name: string
  category: string
  tracking: 'none' | 'lot'
  shelfLifeDays: number | null
  weightG: number
  volumeMl: number
  costMicro: number
  gtin: string
  /** pieces per case, and the case's own number; 1: not packed in cases */
  caseSize: number
  caseGtin: string
  listPriceMicro: number
  /** trade price from a quantity on, read off the file */
  breakPrice: { minQty: number; priceMicro: number } | null
  webPriceMicro: number | null
  assumed: string[]
}

/** First that fits wins: the season of an item says more than what it is made of. */
const CATEGORIES: [words: RegExp, category: string, weightG: number][] = [
  [/\b(CHRISTMAS|XMAS|SANTA|ADVENT|SNOW|REINDEER|EASTER|BUNNY|RABBIT|CHICK)\b/, 'Seasonal', 180],
  [/\b(SOAP|BATH|INCENSE|SCENT|SCENTED|POT ?POURRI|HAND CREAM|LAVENDER|SACHET)\b/, 'Bath and scent', 160],
  [/\b(SWEETS?|CANDY|MINTS|FUDGE|LOLLY|CHOCOLATES|POPCORN)\b/, 'Sweets', 220],
  [/\b(CANDLES?|T-LIGHTS?|LIGHTS?|LANTERN|LAMP|CHANDELIER|HOLDER)\b/, 'Candles and light', 260],
  [/\b(NECKLACE|BRACELET|EARRINGS?|RING|BANGLE|PENDANT|BROOCH|CHARM|HAIR|DIAMANTE|BEADS?|AMETHYST)\b/, 'Jewellery', 45],
  [/\b(BAG|BAGS|PURSE|WALLET|HANDBAG|SHOPPER|LUGGAGE|TRAVEL|UMBRELLA|PARASOL|WASHBAG)\b/, 'Bags', 150],
  [
    /\b(CARD|CARDS|NOTEBOOK|PEN|PENS|PENCILS?|STICKERS?|WRAP|PAPER|TISSUES?|RIBBONS?|TAPE|STAMP|BOOK|CALENDAR|ENVELOPES?|CHALK)\b/,
    'Paper and stationery',
    90,
  ],
  [
    /\b(MUG|CUP|PLATE|BOWL|TEA|COFFEE|CAKE|CAKES|KITCHEN|JAM|BAKING|CUTLERY|TEASPOONS|APRON|TRAY|JAR|EGG|PAN|SAUCER|TEAPOT|DINNER|LUNCH|BOTTLE|FLASK|TIN|TINS|RECIPE|NAPKINS?|COASTER|JUG|COOKIE|PANTRY)\b/,
    'Kitchen and table',
    420,
  ],
  [
    /\b(TOY|GAME|DOLL|DOLLY|JIGSAW|PLAYHOUSE|SKITTLES|DINOSAUR|SPACEBOY|CHILDRENS|CHILDS|BABY|FELTCRAFT|PUPPET|BLOCKS?|CIRCUS|MAGIC|SKIPPING)\b/,
    'Toys',
    230,
  ],
  [/\b(PARTY|BUNTING|BALLOONS?|BIRTHDAY|GARLAND|CONFETTI|COCKTAIL|DOILIES)\b/, 'Party', 120],
  [/\b(GARDEN|PLANT|WATERING|FLOWER|TROWEL|SPADE|BIRD|HERB|SEED|POT)\b/, 'Garden', 480],
  [/\b(STORAGE|BOX|BOXES|DRAWER|CABINET|BASKET|HOOK|HOOKS|RACK|HANGER|TIDY|BIN|STAND)\b/, 'Storage', 640],
  [
    /\b(CUSHION|DOORMAT|DOORSTOP|TOWEL|QUILT|THROW|CURTAIN|RUG|COSY|BLANKET|HOTTIE|WARMER|SLIPPERS?|SOCKS?)\b/,
    'Textiles',
    520,
  ],
  [
    /\b(CLOCK|MIRROR|FRAME|SIGN|PICTURE|ART|LETTER|WALL|PHOTO|TILE|KNOB|MAGNETS?|DECORATION|HEART|STAR|WREATH|ORNAMENT)\b/,
    'Home decoration',
    330,
  ],
]
const OTHER: [string, number] = ['Giftware', 240]

export function categoryOf(name: string): { category: string; weightG: number } {
  const words = name.toUpperCase()
  const found = CATEGORIES.find(([pattern]) => pattern.test(words))
  return found ? { category: found[1], weightG: found[2] } : { category: OTHER[0], weightG: OTHER[1] }
}

/** Days a lot may be sold; null: keeps. Only what smells or is eaten is kept in lots. */
const SHELF_LIFE: Record<string, [low: number, high: number]> = { Sweets: [240, 420], 'Bath and scent': [540, 1080] }

export function itemMaster(facts: ItemFacts[], seed: number): DemoItem[] {
  return facts.map((item, i) => {
    const roll = dice(seed, 'item', item.code)
    const { category, weightG } = categoryOf(item.name)
    const life = SHELF_LIFE[category]
    const trade = commonest(new Map([...item.tradePrices].map(([price, quantities]) => [price, quantities.length])))
    const web = commonest(item.webPrices)
    const list = trade ?? Math.round(((web ?? 2_000_000) * 0.5) / 10_000) * 10_000
    const size = Math.sqrt(Math.max(0.2, list / 2_500_000))
    const weight = Math.max(5, Math.round(weightG * size * roll.around(0.35)))
    return {
      sku: item.code,
      name: item.name,
      category,
      tracking: life ? 'lot' : 'none',
      shelfLifeDays: life ? Math.round(roll.int(...life) / 30) * 30 : null,
      weightG: weight,
      volumeMl: Math.max(20, Math.round(weight * (2 + 3 * roll.random()))),
      costMicro: Math.max(1000, Math.round((list * (0.36 + 0.2 * roll.random())) / 1000) * 1000),
      gtin: gtin(`20${String(i + 1).padStart(10, '0')}`),
      caseSize: caseSizeOf(item),
      caseGtin: gtin(`120${String(i + 1).padStart(10, '0')}`),
      listPriceMicro: list,
      breakPrice: breakOf(item, list),
      webPriceMicro: web,
      assumed: [
        'category',
        'tracking',
        'shelfLifeDays',
        'weightG',
        'volumeMl',
        'costMicro',
        'gtin',
        'caseSize',
        ...(trade === null ? ['listPriceMicro'] : []),
      ],
    }
  })
}

function commonest(counts: Map<number, number>): number | null {
  let best: [number, number] | null = null
  for (const entry of counts)
    if (entry[0] > 0 && (!best || entry[1] > best[1] || (entry[1] === best[1] && entry[0] > best[0]))) best = entry
  return best?.[0] ?? null
}

/** Trade orders come in the case: the commonest quantity of at least two that at least a fifth of the lines share. */
function caseSizeOf(item: ItemFacts): number {
  const lines = [...item.quantities.values()].reduce((sum, n) => sum + n, 0)
  const several = new Map([...item.quantities].filter(([qty, n]) => qty >= 2 && qty <= 96 && n * 5 >= lines))
  return commonest(several) ?? 1
}

/** The cheaper trade price that large lines get, from the quantity at which most lines get it. */
function breakOf(item: ItemFacts, list: number): DemoItem['breakPrice'] {
  const cheaper = [...item.tradePrices].filter(
    ([price, quantities]) => price > 0 && price < list && quantities.length >= 3,
  )
  const best = cheaper.sort((a, b) => b[1].length - a[1].length)[0]
  if (!best) return null
  const from = best[1].toSorted((a, b) => a - b)[Math.floor(best[1].length / 4)]!
  const usual = (item.tradePrices.get(list) ?? []).toSorted((a, b) => a - b)
  const typical = usual[Math.floor(usual.length / 2)] ?? 1
  return from > typical ? { minQty: from, priceMicro: best[0] } : null
}

/** GS1 mod-10 check digit. Numbers beginning with 2 are for use inside a company: none of them is anybody's real one. */
export function gtin(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) sum += Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  return body + String((10 - (sum % 10)) % 10)
}
