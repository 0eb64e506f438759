import Type from 'typebox'

/**
 * A schema that also says its type. TypeBox builds and compiles the JSON Schema; its own type computation is left aside:
 * 630 capabilities took 41 s of checking with it, 7 s with these lines.
 */
export interface TSchema<T = unknown> {
  /** Never there at run time. */
  readonly static: T
}
export interface TOptional<T = unknown> extends TSchema<T> {
  readonly optional: true
}
export interface TObject<T = unknown> extends TSchema<T> {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
}
export type Static<S extends TSchema> = S['static']

// biome-ignore lint/suspicious/noExplicitAny: any schema may be a field
type Fields = Record<string, TSchema<any>>
type Told<P extends Fields> = {
  [K in keyof P as P[K] extends { readonly optional: true } ? never : K]: P[K]['static']
} & { [K in keyof P as P[K] extends { readonly optional: true } ? K : never]?: P[K]['static'] }

const typed = <T>(schema: unknown): TSchema<T> => schema as TSchema<T>
const inner = (schema: unknown): never => schema as never

/**
 * The one schema builder. Every field is bounded here, once: no list, string, number or page is without a limit, and
 * objects refuse unknown keys, so that mass assignment and `__proto__` never reach a command.
 */
const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
export const NIL = '00000000-0000-0000-0000-000000000000'

/** Largest quantity or amount taken at the door: 10^13 leaves head-room for sums below 2^53 in a company. */
export const MAX_INTEGER = 10_000_000_000_000

type Text = { min?: number; max?: number; title?: string; pattern?: string; multiline?: boolean }
type Int = { min?: number; max?: number; title?: string }

const object = <P extends Fields>(properties: P, options: { title?: string } = {}): TObject<Told<P>> =>
  Type.Object(inner(properties), { additionalProperties: false, ...options }) as unknown as TObject<Told<P>>

export const t = {
  object,
  /** A row's id. `kind` is the table it lives in: the id-swap test and the admit step read it. */
  id: (kind: string) => typed<string>(Type.String({ pattern: UUID, 'x-kind': kind })),
  text: ({ min = 0, max = 200, ...rest }: Text = {}) =>
    typed<string>(Type.String({ minLength: min, maxLength: max, ...rest })),
  /** A human number or code: no white space at the ends, no control characters. */
  code: ({ max = 60, ...rest }: Text = {}) =>
    typed<string>(
      Type.String({
        minLength: 1,
        maxLength: max,
        pattern: '^[^\\s\\u0000-\\u001f](?:[^\\u0000-\\u001f]*[^\\s\\u0000-\\u001f])?$',
        ...rest,
      }),
    ),
  email: () => typed<string>(Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]{1,64}@[^\\s@]{1,189}$' })),
  secret: ({ min = 1, max = 200 }: Text = {}) =>
    typed<string>(Type.String({ minLength: min, maxLength: max, 'x-secret': true })),
  int: ({ min = -MAX_INTEGER, max = MAX_INTEGER, ...rest }: Int = {}) =>
    typed<number>(Type.Integer({ minimum: min, maximum: max, ...rest })),
  /** Quantity in the item's base unit. */
  qty: ({ min = 0, max = MAX_INTEGER, ...rest }: Int = {}) =>
    typed<number>(Type.Integer({ minimum: min, maximum: max, 'x-unit': 'base', ...rest })),
  /** Amount in minor units of the document's currency. */
  amount: ({ min = -MAX_INTEGER, max = MAX_INTEGER, ...rest }: Int = {}) =>
    typed<number>(Type.Integer({ minimum: min, maximum: max, 'x-unit': 'minor', ...rest })),
  /** Price in millionths of a minor-unit-independent major unit (1.25 GBP = 1_250_000) per unit of measure. */
  priceMicro: (options: Int = {}) =>
    typed<number>(Type.Integer({ minimum: 0, maximum: MAX_INTEGER, 'x-unit': 'micro', ...options })),
  bool: () => typed<boolean>(Type.Boolean()),
  /** Calendar day in the site's zone. */
  date: () => typed<string>(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', format: 'date' })),
  /** Moment in UTC, ISO 8601 with milliseconds. */
  moment: () => typed<string>(Type.String({ maxLength: 40, format: 'date-time' })),
  currency: () => typed<string>(Type.String({ pattern: '^[A-Z]{3}$' })),
  country: () => typed<string>(Type.String({ pattern: '^[A-Z]{2}$' })),
  oneOf: <const V extends readonly string[]>(values: V) => typed<V[number]>(Type.Enum([...values])),
  list: <T>(item: TSchema<T>, { max = 1000, min = 0 }: { max?: number; min?: number } = {}) =>
    typed<T[]>(Type.Array(inner(item), { maxItems: max, minItems: min })),
  optional: <T>(schema: TSchema<T>) => Type.Optional(inner(schema)) as unknown as TOptional<T>,
  nullable: <T>(schema: TSchema<T>) => typed<T | null>(Type.Union([inner(schema), Type.Null()])),
  /** Free JSON of bounded size: custom fields, staged rows. Depth is bounded where inputs are validated. */
  json: () =>
    typed<Record<string, unknown>>(
      Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 200 }),
    ),
  /** A field only some may read: answered as null to everyone without the permission (8.2.3). */
  needs: <T>(permission: string, schema: TSchema<T>) =>
    typed<T | null>(Type.Union([inner(schema), Type.Null()], { 'x-needs': permission })),
  empty: () => object({}),
}

/** What every list takes: one filter language, one sort word, one cursor, one bound. */
const listFields = () => ({
  filter: t.optional(t.text({ max: 500, title: 'field:value words; see /docs#filters' })),
  sort: t.optional(t.text({ max: 60, title: 'field or -field' })),
  cursor: t.optional(t.text({ max: 400 })),
  limit: t.optional(t.int({ min: 1, max: 500 })),
})
// biome-ignore lint/complexity/noBannedTypes: no further field is what `{}` says here
export const listInput = <P extends Fields = {}>(extra: P = {} as P) => object({ ...listFields(), ...extra })
export const page = <T>(row: TSchema<T>) =>
  object({ rows: t.list(row, { max: 500 }), next: t.nullable(t.text({ max: 400 })), total: t.int({ min: 0 }) })
