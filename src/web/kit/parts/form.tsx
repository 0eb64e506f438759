import '../css/detail.css'
import { type FormEvent, type ReactNode, useState } from 'react'
import { parseMoney } from '../data/amount.ts'
import { count, minorDigits, money } from '../data/format.ts'
import { ApiError } from '../data/rpc.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { ProblemPanel } from './states.tsx'

/** The part of JSON Schema that capabilities' inputs use; `x-unit: 'minor'` is an amount of `currency`. */
export interface FieldSchema {
  type?: 'string' | 'integer' | 'boolean'
  title?: string
  description?: string
  format?: 'date' | 'email' | 'password'
  enum?: readonly string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  default?: string | number
  multiline?: boolean
  autocomplete?: string
  /** `micro`: a price, with up to six decimals. `ppm`: typed as percent, with up to four. */
  'x-unit'?: 'minor' | 'micro' | 'ppm'
  'x-words'?: Readonly<Record<string, string>>
}
export interface FormSchema {
  properties: Readonly<Record<string, FieldSchema>>
  required?: readonly string[]
}
export type Values = Record<string, string | number | boolean>

const labelOf = (name: string, field: FieldSchema): string =>
  field.title ?? name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)

/** What a person typed as the schema's value, or what is wrong with it, in words. */
function read(
  text: string,
  field: FieldSchema,
  required: boolean,
  currency: string,
): { value?: Values[string]; error?: string } {
  const trimmed = field.format === 'password' ? text : text.trim()
  if (!trimmed) return required ? { error: 'Needed.' } : {}
  if (field['x-unit'] === 'minor') {
    const minor = parseMoney(trimmed, currency)
    return minor === null
      ? { error: `An amount in ${currency} with up to ${minorDigits(currency)} decimals.` }
      : bounded(minor, field, currency)
  }
  if (field['x-unit']) {
    const places = field['x-unit'] === 'ppm' ? 4 : 6
    const [, whole, part = ''] = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(trimmed) ?? []
    return whole && part.length <= places
      ? bounded(Number(whole + part.padEnd(places, '0')), field, currency)
      : { error: places === 4 ? 'A percentage like 2.5.' : 'A price like 12.50.' }
  }
  if (field.type === 'integer') {
    return /^-?\d+$/.test(trimmed) ? bounded(Number(trimmed), field, currency) : { error: 'A whole number.' }
  }
  if (field.minLength && trimmed.length < field.minLength) return { error: `At least ${field.minLength} characters.` }
  if (field.maxLength && trimmed.length > field.maxLength) return { error: `At most ${field.maxLength} characters.` }
  if (field.format === 'email' && !/^[^\s@]+@[^\s@]+$/.test(trimmed))
    return { error: 'An address like ana@example.com.' }
  return { value: trimmed }
}
/** A bound as the field is typed: cents as an amount, millionths as a price or a percentage. */
const boundText = (bound: number, field: FieldSchema, currency: string): string =>
  field['x-unit'] === 'minor'
    ? money(bound, currency)
    : field['x-unit'] === 'ppm'
      ? `${bound / 10_000} %`
      : count(field['x-unit'] === 'micro' ? bound / 1e6 : bound)
const bounded = (value: number, field: FieldSchema, currency: string) => {
  const { minimum, maximum } = field
  if (minimum !== undefined && value < minimum) return { error: `At least ${boundText(minimum, field, currency)}.` }
  if (maximum !== undefined && value > maximum) return { error: `At most ${boundText(maximum, field, currency)}.` }
  return Number.isSafeInteger(value) ? { value } : { error: 'That is more than can be counted.' }
}

/** '/email', 'email', 'parties.0.addresses.0.city' → the field it is of; '' when the form has none such. */
const fieldOf = (path: string, { properties }: FormSchema): string =>
  path.split(/[/.]/).findLast((part) => part in properties) ?? ''
const inputType = (field: FieldSchema) =>
  field.format === 'date' || field.format === 'email' || field.format === 'password' ? field.format : 'text'

/** A form out of a JSON schema. Errors of all fields show at once; those the server finds land on their fields. */
export function Form({
  schema,
  initial = {},
  currency = 'EUR',
  action,
  busy,
  error,
  onSubmit,
  children,
}: {
  schema: FormSchema
  initial?: Values
  currency?: string
  action: string
  busy?: boolean
  error?: unknown
  onSubmit: (values: Values) => void
  children?: ReactNode
}) {
  const fields = Object.entries(schema.properties)
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map(([name, f]) => [name, String(initial[name] ?? f.default ?? '')])),
  )
  const [tried, setTried] = useState(false)
  const answers = fields.map(([name, f]) => ({
    name,
    field: f,
    ...read(texts[name] ?? '', f, !!schema.required?.includes(name), currency),
  }))
  const remote = error instanceof ApiError ? (error.problem.errors ?? []) : []
  const unplaced = error && !remote.some((e) => fieldOf(e.path, schema))

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const wrong = answers.find((a) => a.error)
    if (!wrong)
      return onSubmit(Object.fromEntries(answers.flatMap((a) => (a.value === undefined ? [] : [[a.name, a.value]]))))
    const control = (event.currentTarget as HTMLFormElement).elements.namedItem(wrong.name)
    if (control instanceof HTMLElement) control.focus()
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="form-grid">
        {answers.map(({ name, field, error: local }) => (
          <Field
            key={name}
            name={name}
            label={labelOf(name, field)}
            hint={field.description}
            wide={field.multiline}
            rows={field.multiline ? 3 : undefined}
            type={inputType(field)}
            inputMode={field.type === 'integer' ? (field['x-unit'] ? 'decimal' : 'numeric') : undefined}
            autoComplete={field.autocomplete ?? 'off'}
            required={schema.required?.includes(name)}
            options={field.enum?.map((v) => ({ value: v, label: field['x-words']?.[v] ?? v }))}
            value={texts[name] ?? ''}
            error={(tried && local) || remote.find((e) => fieldOf(e.path, schema) === name)?.message}
            onChange={(text) => setTexts({ ...texts, [name]: text })}
          />
        ))}
      </div>
      {children}
      {unplaced ? <ProblemPanel error={error} /> : null}
      <div className="row">
        <Button look="primary" type="submit" disabled={busy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
