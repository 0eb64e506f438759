import { useState } from 'react'
import { setSite, useMay, useMe, useSite } from '../data/session.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { placesOf } from './places.ts'
import { Link } from './route.tsx'

/** Of package.json, put in by the build. */
declare const __VERSION__: string

const setTheme = (theme: string) => {
  if (theme) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
  localStorage.setItem('entrepot.theme', theme)
}

/** Who is signed in, where they work, how the page looks. */
export function Menu({ close, signOut }: { close: () => void; signOut: () => Promise<void> }) {
  const me = useMe()
  const site = useSite()
  const [theme, choose] = useState(localStorage.getItem('entrepot.theme') ?? '')
  return (
    <Dialog label="You and your site" close={close}>
      <div className="dialog-body">
        <div>
          <h2>{me.user.name}</h2>
          <p className="quiet">
            {me.user.email} · {me.company.name}
          </p>
        </div>
        {me.sites.length > 1 && (
          <Field
            label="Site you work at"
            value={site?.id ?? ''}
            onChange={setSite}
            options={me.sites.map((s) => ({ value: s.id, label: s.name }))}
          />
        )}
        {/* the bar at the foot of a phone holds five pages; the others are here */}
        <nav className="at-phone" aria-label="More pages">
          <p className="row wrap">
            {placesOf(useMay())
              .slice(5)
              .map((p) => (
                <Link key={p.to} className="button" to={p.to} onClick={close}>
                  {p.title}
                </Link>
              ))}
          </p>
        </nav>
        <p>
          <Link className="link" to="/account" onClick={close}>
            My account: password, second factor, sessions
          </Link>
        </p>
        <Field
          label="Colours"
          value={theme}
          onChange={(next) => {
            choose(next)
            setTheme(next)
          }}
          options={[
            { value: '', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
        <p className="quiet small">
          Entrepot {__VERSION__} ·{' '}
          <a className="link" href="/source" rel="external">
            Source
          </a>{' '}
          · free under the AGPL-3.0, as it runs here
        </p>
      </div>
      <div className="dialog-foot">
        <Button onClick={() => void signOut()}>Sign out</Button>
        <Button look="primary" onClick={close}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
