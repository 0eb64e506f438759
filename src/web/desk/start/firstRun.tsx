import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Form, type FormSchema } from '../../kit/parts/form.tsx'
import { Brand } from './brand.tsx'

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
const schema: FormSchema = {
  properties: {
    companyName: { title: 'Company', maxLength: 200, autocomplete: 'organization' },
    country: { title: 'Country', description: 'Two letters, like GB or DE', minLength: 2, maxLength: 2 },
    currency: { title: 'Currency', description: 'Three letters, like GBP or EUR', minLength: 3, maxLength: 3 },
    siteCode: { title: 'First warehouse: code', description: 'Short, shown in lists', maxLength: 20, default: 'MAIN' },
    siteName: { title: 'First warehouse: name', maxLength: 200, default: 'Main warehouse' },
    timeZone: { title: 'Its time zone', default: zone, maxLength: 60 },
    userName: { title: 'Your name', maxLength: 200, autocomplete: 'name' },
    email: { title: 'Your e-mail', format: 'email', maxLength: 254, autocomplete: 'username' },
    password: {
      title: 'A password',
      description: 'At least 12 characters',
      format: 'password',
      minLength: 12,
      maxLength: 200,
      autocomplete: 'new-password',
    },
  },
  required: ['companyName', 'country', 'currency', 'siteCode', 'siteName', 'timeZone', 'userName', 'email', 'password'],
}

/** Beyond this machine, so that no stranger sets the company up first. */
const withCode: FormSchema = {
  properties: {
    code: { title: 'Setup code', description: 'Printed where the server was started', maxLength: 100 },
    ...schema.properties,
  },
  required: ['code', ...(schema.required ?? [])],
}

/** An empty install: one page makes the company, its first warehouse and its first user, who administers it. */
export function FirstRun() {
  const client = useQueryClient()
  const { data: setup } = useRead(api.setup.state, {})
  const create = useCommand(api.setup.createCompany, { quiet: true, done: () => void client.refetchQueries() })
  return (
    <main className="start">
      <div className="start-card broad">
        <Brand />
        <div className="card stack">
          <h1>Set up your company</h1>
          <p className="quiet">
            This install is empty. You become its first administrator. For sample data instead, stop it and start
            without <span className="mono">--empty</span>.
          </p>
          <Form
            schema={setup?.needsCode ? withCode : schema}
            action="Create company"
            busy={create.busy}
            error={create.error}
            onSubmit={(values) =>
              create.run({
                ...(values as Record<string, string>),
                country: String(values.country).toUpperCase(),
                currency: String(values.currency).toUpperCase(),
              } as Parameters<typeof create.run>[0])
            }
          />
        </div>
      </div>
    </main>
  )
}
