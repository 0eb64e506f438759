import { t } from '../../core/t.ts'

export const taxStatuses = ['business', 'consumer', 'exempt', 'reverse_charge'] as const
export const invoiceTriggers = ['ship', 'pod', 'period', 'prepaid'] as const
export const partialPolicies = ['partial', 'line', 'complete'] as const
/** To another item than the one ordered. */
export const consents = ['no', 'ask', 'accepted'] as const
export const addressKinds = ['ship_to', 'bill_to', 'both'] as const

export const AddressInput = t.object({
  /** An address that is changed; without id a new one. */
  id: t.optional(t.id('address')),
  kind: t.optional(t.oneOf(addressKinds)),
  name: t.optional(t.text({ title: 'Name at the address' })),
  line1: t.text({ title: 'Street' }),
  line2: t.optional(t.nullable(t.text())),
  city: t.text({ max: 100, title: 'City' }),
  postcode: t.text({ max: 20, title: 'Postcode' }),
  country: t.country(),
  latE7: t.optional(t.nullable(t.int({ min: -900_000_000, max: 900_000_000, title: 'Latitude × 10⁷' }))),
  lonE7: t.optional(t.nullable(t.int({ min: -1_800_000_000, max: 1_800_000_000, title: 'Longitude × 10⁷' }))),
  routeDays: t.optional(t.int({ min: 0, max: 60, title: 'Days on the way' })),
  active: t.optional(t.bool()),
})

/** Only the code must be said; what is left out keeps its value, or takes its default on a new party. */
export const PartyInput = t.object({
  code: t.code({ max: 40, title: 'Code' }),
  name: t.optional(t.text({ min: 1, title: 'Name' })),
  isCustomer: t.optional(t.bool()),
  isSupplier: t.optional(t.bool()),
  isCarrier: t.optional(t.bool()),
  parentId: t.optional(t.nullable(t.id('party'))),
  billToId: t.optional(t.nullable(t.id('party'))),
  channelId: t.optional(t.nullable(t.id('channel'))),
  priceGroup: t.optional(t.nullable(t.code({ max: 40, title: 'Price group' }))),
  gln: t.optional(t.nullable(t.text({ min: 13, max: 13, pattern: '^[0-9]{13}$', title: 'GLN' }))),
  currency: t.optional(t.currency()),
  country: t.optional(t.country()),
  taxStatus: t.optional(t.oneOf(taxStatuses)),
  taxNumber: t.optional(t.nullable(t.code({ max: 40, title: 'Tax number' }))),
  exemptUntil: t.optional(t.nullable(t.date())),
  termsDays: t.optional(t.int({ min: 0, max: 365, title: 'Terms, days' })),
  invoiceTrigger: t.optional(t.oneOf(invoiceTriggers)),
  partialPolicy: t.optional(t.oneOf(partialPolicies)),
  serviceClass: t.optional(t.int({ min: 0, max: 9, title: 'Service class (0 best)' })),
  minShelfDays: t.optional(t.int({ min: 0, max: 20_000, title: 'Least shelf life on arrival, days' })),
  /** Another item where theirs falls short, and the successor of one that is given up: never, ask first, or accepted. */
  substitutes: t.optional(t.oneOf(consents)),
  successors: t.optional(t.oneOf(consents)),
  email: t.optional(t.nullable(t.email())),
  active: t.optional(t.bool()),
  assumed: t.optional(t.list(t.code(), { max: 40 })),
  custom: t.optional(t.json()),
  version: t.optional(t.int({ min: 1, max: 2_000_000_000 })),
  addresses: t.optional(t.list(AddressInput, { max: 50 })),
})

export const Address = t.object({
  id: t.id('address'),
  kind: t.text(),
  name: t.text(),
  line1: t.text(),
  line2: t.nullable(t.text()),
  city: t.text(),
  postcode: t.text(),
  country: t.text(),
  latE7: t.nullable(t.int()),
  lonE7: t.nullable(t.int()),
  routeDays: t.int(),
  active: t.bool(),
})

export const Party = t.object({
  id: t.id('party'),
  code: t.text(),
  name: t.text(),
  isCustomer: t.bool(),
  isSupplier: t.bool(),
  isCarrier: t.bool(),
  parentId: t.nullable(t.id('party')),
  billToId: t.nullable(t.id('party')),
  channelId: t.nullable(t.id('channel')),
  channel: t.nullable(t.text()),
  priceGroup: t.nullable(t.text()),
  gln: t.nullable(t.text()),
  currency: t.text(),
  country: t.text(),
  taxStatus: t.oneOf(taxStatuses),
  taxNumber: t.nullable(t.text()),
  exemptUntil: t.nullable(t.text()),
  termsDays: t.int(),
  invoiceTrigger: t.oneOf(invoiceTriggers),
  partialPolicy: t.oneOf(partialPolicies),
  serviceClass: t.int(),
  minShelfDays: t.int(),
  substitutes: t.oneOf(consents),
  successors: t.oneOf(consents),
  email: t.nullable(t.text()),
  active: t.bool(),
  assumed: t.list(t.text(), { max: 40 }),
  custom: t.json(),
  version: t.int(),
  addresses: t.list(Address, { max: 500 }),
})

export const PartyRow = t.object({
  id: t.id('party'),
  code: t.text(),
  name: t.text(),
  isCustomer: t.bool(),
  isSupplier: t.bool(),
  country: t.text(),
  currency: t.text(),
  termsDays: t.int(),
  taxStatus: t.text(),
  priceGroup: t.nullable(t.text()),
  channel: t.nullable(t.text()),
  city: t.nullable(t.text()),
  active: t.bool(),
  version: t.int(),
})
