import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { meOptions } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useProven } from '../people/prove.tsx'

type Offer = OutputOfCall<typeof api.auth.enableTotp>

/** The second factor: a code of an authenticator app beside the password; recovery codes for when the phone is lost. */
export function SecondFactor({ on }: { on: boolean }) {
  const client = useQueryClient()
  const [offer, setOffer] = useState<Offer | null>(null)
  const [recovery, setRecovery] = useState<readonly string[] | null>(null)
  const enable = useProven(api.auth.enableTotp, { done: setOffer })
  const disable = useProven(api.auth.disableTotp, { said: 'The second factor is off' })
  const confirm = useProven(api.auth.confirmTotp, {
    quiet: true,
    said: 'The second factor is on',
    done: ({ recoveryCodes }) => {
      setOffer(null)
      setRecovery(recoveryCodes)
      // a role that waited for it is open now
      void client.refetchQueries({ queryKey: meOptions.queryKey })
    },
  })
  return (
    <section className="card" aria-label="Second factor">
      <div className="card-head">
        <h2>Second factor</h2>
        <Status tone={on ? 'good' : 'quiet'} word={on ? 'On' : 'Off'} />
        <span className="push">
          {on ? (
            <Button small look="danger" disabled={disable.busy} onClick={() => disable.run({})}>
              Switch off
            </Button>
          ) : (
            !offer && (
              <Button small look="primary" disabled={enable.busy} onClick={() => enable.run({})}>
                Set up
              </Button>
            )
          )}
        </span>
      </div>
      <div className="card-body stack">
        {!offer && !recovery && (
          <p className="quiet">
            {on
              ? 'You sign in with your password and a code of your authenticator app.'
              : 'A code of an authenticator app on your phone, asked beside your password: a stolen password alone then opens nothing.'}
          </p>
        )}
        {offer && (
          <>
            <p>Scan this with an authenticator app, then enter the code it shows.</p>
            {offer.qr && <Qr rows={offer.qr} />}
            <p className="quiet small">
              Or type the secret into the app:{' '}
              <span className="mono told">{offer.secret.match(/.{1,4}/g)?.join(' ')}</span>
            </p>
            <Form
              schema={{
                properties: {
                  code: { title: 'Code from the app', minLength: 6, maxLength: 20, autocomplete: 'one-time-code' },
                },
                required: ['code'],
              }}
              action="Switch it on"
              busy={confirm.busy}
              error={confirm.error}
              onSubmit={({ code }) => confirm.run({ code: String(code).replace(/\s/g, '') })}
            />
          </>
        )}
        {recovery && (
          <>
            <p>
              <strong>Keep these ten codes where your phone is not.</strong> Each signs you in once in place of the app.
              They are not shown again.
            </p>
            <ul className="recovery mono">
              {recovery.map((code) => (
                <li key={code}>{code}</li>
              ))}
            </ul>
            <div className="row">
              <Button onClick={() => void navigator.clipboard.writeText(recovery.join('\n'))}>Copy</Button>
              <Button look="primary" onClick={() => setRecovery(null)}>
                I have kept them
              </Button>
            </div>
          </>
        )}
        {enable.proof}
        {disable.proof}
        {confirm.proof}
      </div>
    </section>
  )
}

/** Dark on light in both schemes, with the four light modules around that readers need. */
function Qr({ rows }: { rows: readonly string[] }) {
  const size = rows.length + 8
  const path = rows
    .flatMap((row, y) => [...row].map((on, x) => (on === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')))
    .join('')
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code of the secret"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000000" />
    </svg>
  )
}
