import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

interface Frame {
  label: string
  hint?: string | null
  error?: string | null
  wide?: boolean
}
interface Props extends Frame, Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  value: string
  onChange: (value: string) => void
  options?: readonly { value: string; label: string }[]
  rows?: number
}

/** Label, control, hint and error, tied together for those who hear the page. */
export function Field({ label, hint, error, wide, value, onChange, options, rows, ...rest }: Props) {
  const id = useId()
  const said = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  const common = {
    id,
    name: rest.name,
    className: 'input',
    value,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': said || undefined,
    required: rest.required,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  return (
    <Labelled id={id} label={label} hint={hint} error={error} wide={wide} required={rest.required}>
      {options ? (
        <select {...common}>
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
      ) : rows ? (
        <textarea {...common} rows={rows} />
      ) : (
        <input {...rest} {...common} />
      )}
    </Labelled>
  )
}

export const Labelled = ({
  id,
  label,
  hint,
  error,
  wide,
  children,
}: Frame & { id: string; required?: boolean; children: ReactNode }) => (
  <div className={wide ? 'field wide' : 'field'}>
    <label htmlFor={id}>{label}</label>
    {children}
    {hint && (
      <span id={`${id}-hint`} className="hint">
        {hint}
      </span>
    )}
    {error && (
      <span id={`${id}-error`} className="error">
        {error}
      </span>
    )}
  </div>
)
