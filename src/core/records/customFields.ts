import { command, query } from '../capability.ts'
import type { Ctx } from '../ctx.ts'
import { rowsJson } from '../database/pool.ts'
import { Refusal, refuseTwice } from '../refusal.ts'
import { t } from '../t.ts'

/** What may carry fields of the company's own. */
export const customKinds = ['item', 'party', 'sales_order'] as const
export const customTypes = ['text', 'int', 'bool', 'date', 'choice'] as const

interface CustomField {
  kind: (typeof customKinds)[number]
  name: string
  label: string
  type: (typeof customTypes)[number]
  unit: string | null
  choices: string[] | null
  permission: string | null
  searchable: boolean
  required: boolean
  retired: boolean
}
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/

/** Why a value does not suit its field; null when it does. */
export const misfit = (field: CustomField, value: unknown): string | null => {
  if (value === null || value === undefined) return field.required ? `${field.label} is needed` : null
  if (field.type === 'text')
    return typeof value === 'string' && value.length <= 500
      ? null
      : `${field.label} is a text of at most 500 characters`
  if (field.type === 'int')
    return Number.isSafeInteger(value)
      ? null
      : `${field.label} is a whole number${field.unit ? ` of ${field.unit}` : ''}`
  if (field.type === 'bool') return typeof value === 'boolean' ? null : `${field.label} is yes or no`
  if (field.type === 'date') return typeof value === 'string' && DAY.test(value) ? null : `${field.label} is a day`
  return field.choices?.includes(value as string) ? null : `${field.label} is one of ${field.choices?.join(', ')}`
}

/**
 * Holds the `custom` of masters and documents against the company's own definitions: unknown names are refused, as at
 * the door. No definition and nothing given (almost always) costs one small read.
 */
export const checkCustom = async (
  { sql, company }: Ctx,
  kind: (typeof customKinds)[number],
  records: readonly { readonly custom: Readonly<Record<string, unknown>> }[],
  problem: (no: number, message: string) => void,
): Promise<void> => {
  const fields = await sql<CustomField[]>`
    select * from custom_field where company_id = ${company} and kind = ${kind} order by name`
  const byName = new Map(fields.map((field) => [field.name, field]))
  for (const [no, { custom }] of records.entries()) {
    for (const name of Object.keys(custom))
      if (!byName.has(name)) problem(no, `the field ${name} is not defined for ${kind}`)
    for (const field of fields) {
      const wrong = field.retired ? null : misfit(field, custom[field.name])
      if (wrong) problem(no, wrong)
    }
  }
}

const Field = t.object({
  kind: t.oneOf(customKinds),
  name: t.text({ max: 40, pattern: '^[a-z][a-z0-9_]{0,39}$' }),
  label: t.text({ min: 1, max: 80 }),
  type: t.oneOf(customTypes),
  unit: t.nullable(t.text({ max: 20 })),
  choices: t.nullable(t.list(t.code(), { min: 1, max: 100 })),
  permission: t.nullable(t.text({ max: 81 })),
  searchable: t.bool(),
  required: t.bool(),
  retired: t.bool(),
})

export const saveCustomFields = command({
  title: 'Save custom fields',
  route: 'POST /records/custom-fields',
  permission: 'records.configure',
  input: t.object({ fields: t.list(Field, { min: 1, max: 100 }) }),
  output: t.object({ saved: t.int() }),
  run: async ({ fields }, ctx) => {
    const { sql, company } = ctx
    for (const field of fields)
      if ((field.type === 'choice') !== (field.choices !== null))
        throw new Refusal('field_refused', `${field.label}: choices belong to a field of type choice.`, 422)
    refuseTwice(
      'fields',
      fields.map((field) => `${field.kind} ${field.name}`),
    )
    const rows = fields.map((field) => ({ companyId: company, id: ctx.id(), ...field }))
    const saved = await sql<{ name: string }[]>`
      insert into custom_field
      select * from json_populate_recordset(null::custom_field, ${rowsJson(rows)}::text::json)
          on conflict (company_id, kind, name) do update
         set label = excluded.label, unit = excluded.unit, choices = excluded.choices, permission = excluded.permission,
             searchable = excluded.searchable, required = excluded.required, retired = excluded.retired
       where custom_field.type = excluded.type
      returning name`
    const kept = fields.find((field) => !saved.some((row) => row.name === field.name))
    if (kept)
      throw new Refusal('field_refused', `${kept.name} exists with another type: retire it and take a new name.`, 422)
    return { saved: saved.length }
  },
})

export const customFields = query({
  title: 'Custom fields',
  route: 'GET /records/custom-fields',
  permission: 'signed-in',
  input: t.object({ kind: t.oneOf(customKinds) }),
  output: t.object({ fields: t.list(Field, { max: 500 }) }),
  run: async ({ kind }, { sql, company }) => {
    const fields = await sql<CustomField[]>`
      select kind, name, label, type, unit, choices, permission, searchable, required, retired
        from custom_field
       where company_id = ${company} and kind = ${kind}
       order by name`
    return { fields: [...fields] }
  },
})
