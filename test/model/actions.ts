/** What people do all day, as random actions, and the scene in which they do it. */
import fc from 'fast-check'
import type { Company } from '../../src/modules/warehouse/testKit.ts'
import type { Reference } from './reference.ts'

export interface Scene {
  readonly c: Company
  readonly reference: Reference
  /** Callers take turns: two nodes, as in a house with two. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it reads
  run(name: string, input: unknown): Promise<any>
  /** Days pass: lots with too few left expire. */
  pass(days: number): void
  today(): string
  later(days: number): string
  now(): Date
  /** `sku lot` → its id and day. */
  readonly lots: Map<string, { id: string; expiresOn: string | null }>
  readonly orders: { id: string; sku: string }[]
  readonly supplies: string[]
  readonly thereBin: string
  readonly there: string
}
export type Action = { readonly is: string; readonly [more: string]: string | number | boolean }

const sku = fc.constantFrom('TEA', 'OIL')
const bin = fc.constantFrom('A-01', 'B-12', 'C-03')
const qty = fc.integer({ min: 1, max: 20 })
const which = fc.nat(1000)
const act = <T extends object>(is: string, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ is: fc.constant(is), ...fields }) as unknown as fc.Arbitrary<Action>

export const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: act('receive', { sku, bin, qty, fresh: fc.boolean(), late: fc.boolean(), which }) },
    { weight: 8, arbitrary: act('order', { sku, qty, release: fc.boolean() }) },
    { weight: 3, arbitrary: act('release', { which }) },
    { weight: 3, arbitrary: act('cancel', { which }) },
    { weight: 4, arbitrary: act('wave', {}) },
    { weight: 6, arbitrary: act('pick', { which, short: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 5, arbitrary: act('ship', { which }) },
    { weight: 3, arbitrary: act('adjust', { sku, bin, qty: fc.integer({ min: -5, max: 5 }), which }) },
    { weight: 3, arbitrary: act('move', { which, bin, qty }) },
    { weight: 3, arbitrary: act('count', { which, off: fc.integer({ min: -3, max: 3 }) }) },
    { weight: 3, arbitrary: act('supply', { sku, qty, which, change: fc.boolean() }) },
    { weight: 2, arbitrary: act('freeze', { which }) },
    { weight: 2, arbitrary: act('status', { which, qty }) },
    { weight: 2, arbitrary: act('return', { sku, bin, qty: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: act('transfer', { qty: fc.integer({ min: 1, max: 6 }), part: fc.boolean() }) },
    { weight: 1, arbitrary: act('month', {}) },
  ),
  { minLength: 30, maxLength: 40 },
)
