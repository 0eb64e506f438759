import { t } from '../../core/t.ts'

export const siteKinds = ['dc', 'store', 'van', '3pl', 'virtual'] as const
/** Where goods can stand, and the ends of the world that moves come from and go to. */
export const shelfKinds = ['storage', 'pick', 'stage', 'dock', 'quarantine', 'transit'] as const
export const worldKinds = ['supplier', 'customer', 'adjust', 'scrap', 'production'] as const

export const SiteInput = t.object({
  code: t.code({ max: 20, title: 'Code' }),
  entityId: t.optional(t.id('entity')),
  name: t.optional(t.text({ min: 1, max: 100, title: 'Name' })),
  kind: t.optional(t.oneOf(siteKinds)),
  zone: t.optional(t.text({ min: 3, max: 60, title: 'Time zone (IANA)' })),
  country: t.optional(t.country()),
  cutoffMinutes: t.optional(t.int({ min: 0, max: 1440, title: 'Cut-off, minutes after midnight' })),
  workDays: t.optional(t.list(t.int({ min: 1, max: 7 }), { min: 1, max: 7 })),
  dockToStockDays: t.optional(t.int({ min: 0, max: 30, title: 'Dock to stock, days' })),
  latE7: t.optional(t.nullable(t.int({ min: -900_000_000, max: 900_000_000, title: 'Latitude × 10⁷' }))),
  lonE7: t.optional(t.nullable(t.int({ min: -1_800_000_000, max: 1_800_000_000, title: 'Longitude × 10⁷' }))),
  /** Given: takes the place of all holidays of this site. */
  holidays: t.optional(t.list(t.object({ day: t.date(), name: t.text({ max: 80 }) }), { max: 400 })),
})

export const Site = t.object({
  id: t.id('site'),
  entityId: t.id('entity'),
  code: t.text(),
  name: t.text(),
  kind: t.oneOf(siteKinds),
  zone: t.text(),
  country: t.text(),
  cutoffMinutes: t.int(),
  workDays: t.list(t.int(), { max: 7 }),
  dockToStockDays: t.int(),
  latE7: t.nullable(t.int()),
  lonE7: t.nullable(t.int()),
})

export const LocationInput = t.object({
  code: t.code({ max: 40, title: 'Code' }),
  kind: t.optional(t.oneOf(shelfKinds)),
  aisle: t.optional(t.nullable(t.code({ max: 20, title: 'Aisle' }))),
  xMm: t.optional(t.int({ min: -10_000_000, max: 10_000_000 })),
  yMm: t.optional(t.int({ min: -10_000_000, max: 10_000_000 })),
  zMm: t.optional(t.int({ min: -10_000_000, max: 10_000_000 })),
  pickSeq: t.optional(t.int({ min: 0, max: 2_000_000_000 })),
  active: t.optional(t.bool()),
})

export const LocationRow = t.object({
  id: t.id('location'),
  siteId: t.id('site'),
  site: t.text(),
  code: t.text(),
  kind: t.text(),
  aisle: t.nullable(t.text()),
  xMm: t.int(),
  yMm: t.int(),
  zMm: t.int(),
  pickSeq: t.int(),
  active: t.bool(),
})
