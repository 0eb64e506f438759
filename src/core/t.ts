import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox'

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

const object = <P extends TProperties>(properties: P, options: { title?: string } = {}): TObject<P> =>
  Type.Object(properties, { additionalProperties: false, ...options })

export const t = {
  object,
  /** A row's id. `kind` is the table it lives in: the id-swap test and the admit step read it. */
  id: (kind: string) => Type.String({ pattern: UUID, 'x-kind': kind }),
  text: ({ min = 0, max = 200, ...rest }: Text = {}) => Type.String({ minLength: min, maxLength: max, ...rest }),
  /** A human number or code: no white space at the ends, no control characters. */
  code: ({ max = 60, ...rest }: Text = {}) =>
    Type.String({
      minLength: 1,
      maxLength: max,
      pattern: '^[^\\s\\u0000-\\u001f](?:[^\\u0000-\\u001f]*[^\\s\\u0000-\\u001f])?$',
      ...rest,
    }),
  email: () => Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]{1,64}@[^\\s@]{1,189}$' }),
  secret: ({ min = 1, max = 200 }: Text = {}) => Type.String({ minLength: min, maxLength: max, 'x-secret': true }),
  int: ({ min = -MAX_INTEGER, max = MAX_INTEGER, ...rest }: Int = {}) =>
    Type.Integer({ minimum: min, maximum: max, ...rest }),
  /** Quantity in the item's base unit. */
  qty: ({ min = 0, max = MAX_INTEGER, ...rest }: Int = {}) =>
    Type.Integer({ minimum: min, maximum: max, 'x-unit': 'base', ...rest }),
  /** Amount in minor units of the document's currency. */
  amount: ({ min = -MAX_INTEGER, max = MAX_INTEGER, ...rest }: Int & { needs?: string } = {}) =>
    Type.Integer({ minimum: min, maximum: max, 'x-unit': 'minor', ...rest }),
  /** Price in millionths of a minor-unit-independent major unit (1.25 GBP = 1_250_000) per unit of measure. */
  priceMicro: (options: Int = {}) => Type.Integer({ minimum: 0, maximum: MAX_INTEGER, 'x-unit': 'micro', ...options }),
  bool: () => Type.Boolean(),
  /** Calendar day in the site's zone. */
  date: () => Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', format: 'date' }),
  /** Moment in UTC, ISO 8601 with milliseconds. */
  moment: () => Type.String({ maxLength: 40, format: 'date-time' }),
  currency: () => Type.String({ pattern: '^[A-Z]{3}$' }),
  country: () => Type.String({ pattern: '^[A-Z]{2}$' }),
  oneOf: <const V extends readonly string[]>(values: V) =>
    Type.Enum([...values]) as unknown as TSchema & { static: V[number] } & ReturnType<typeof Type.Unsafe<V[number]>>,
  list: <S extends TSchema>(item: S, { max = 1000, min = 0 }: { max?: number; min?: number } = {}) =>
    Type.Array(item, { maxItems: max, minItems: min }),
  optional: <S extends TSchema>(schema: S) => Type.Optional(schema),
  nullable: <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]),
  /** Free JSON of bounded size: custom fields, staged rows. Depth is bounded at the door. */
  json: () =>
    Type.Unsafe<Record<string, unknown>>(
      Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 200 }),
    ),
  /** A field only some may read: answered as null to everyone without the permission (8.2.3). */
  needs: <S extends TSchema>(permission: string, schema: S) =>
    Type.Union([schema, Type.Null()], { 'x-needs': permission }),
  empty: () => object({}),
}

/** What every list takes: one filter language, one sort word, one cursor, one bound. */
export const listInput = <P extends TProperties>(extra: P = {} as P) =>
  object({
    filter: t.optional(t.text({ max: 500, title: 'field:value words; see /docs#filters' })),
    sort: t.optional(t.text({ max: 60, title: 'field or -field' })),
    cursor: t.optional(t.text({ max: 400 })),
    limit: t.optional(t.int({ min: 1, max: 500 })),
    ...extra,
  })
export const page = <S extends TSchema>(row: S) =>
  object({ rows: t.list(row, { max: 500 }), next: t.nullable(t.text({ max: 400 })), total: t.int({ min: 0 }) })

export type { Static, TObject, TSchema }
