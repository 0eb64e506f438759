import { useState } from 'react'
import { amountText } from '../../kit/data/amount.ts'
import { api } from '../../kit/data/api.ts'
import { money } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'

type Policy = NonNullable<OutputOfCall<typeof api.promise.sources>['own']>

const preferred: Record<Policy['prefer'], string> = {
  fewest: 'in as few shipments as can be',
  earliest: 'complete as early as can be',
  cheapest: 'as cheaply as can be',
  order: 'from the sites in this order',
}
const wordsOf = ({ maxSplits, prefer }: Policy): string =>
  maxSplits === 1
    ? 'From the order’s own site alone'
    : `From up to ${maxSplits} sites, the order’s own first, ${preferred[prefer]}`

/** From which sites this customer's orders may be sent, and how many at most. */
export function Sources({ partyId, name }: { partyId: string; name: string }) {
  const sources = useRead(api.promise.sources, { partyId })
  const may = useMay()
  // Who does not see costs would save the policy without them.
  const mayChange = may('promise.rules') && may('cost.read')
  const { company } = useMe()
  const [changing, change] = useState<'own' | 'all' | null>(null)
  return (
    <section className="card" aria-label="Sent from">
      <div className="card-head">
        <h2>Sent from</h2>
        {mayChange && (
          <span className="push">
            <Button small onClick={() => change('all')}>
              For all customers
            </Button>{' '}
            <Button small onClick={() => change('own')}>
              Change
            </Button>
          </span>
        )}
      </div>
      <div className="card-body">
        <Answer query={sources}>
          {({ own, company: all }) => {
            const policy = own ?? all
            const sites = own && own.sites.length > 0 ? own.sites : (all?.sites ?? [])
            return (
              <>
                <p>{policy ? wordsOf(policy) : 'From the order’s own site alone'}</p>
                <p className="quiet small">{own ? 'Said for this customer.' : 'As for all customers.'}</p>
                {policy !== null && policy.maxSplits > 1 && (
                  <ol className="documents">
                    {sites.map((site) => (
                      <li key={site.siteId}>
                        <span>
                          {site.name} <span className="quiet mono">{site.code}</span>
                        </span>
                        <span className="quiet small">
                          {site.routeDays === null ? 'days as from the own site' : `${site.routeDays} d on the way`}
                        </span>
                        <span className="num">
                          {site.shipmentCost === null ? '' : money(site.shipmentCost, company.currency)}
                        </span>
                      </li>
                    ))}
                  </ol>
                )}
                {changing && (
                  <SourcesDialog
                    {...(changing === 'own' ? { partyId, name, policy: own } : { name: 'all customers', policy: all })}
                    close={() => change(null)}
                  />
                )}
              </>
            )
          }}
        </Answer>
      </div>
    </section>
  )
}

interface Props {
  /** Left out: all customers that have no policy of their own. */
  partyId?: string
  name: string
  policy: Policy | null
  close: () => void
}
function SourcesDialog({ partyId, name, policy, close }: Props) {
  const { sites, company } = useMe()
  const save = useCommand(api.promise.saveSources, { quiet: true, done: close, said: `Sites for ${name} saved` })
  const rows = Array.from({ length: Math.min(sites.length, Math.max(3, (policy?.sites.length ?? 0) + 1)) }, (_, n) => n)
  const words = Object.fromEntries(sites.map((site) => [site.id, site.name]))
  const none = partyId ? 'As for all customers' : 'From the order’s own site alone'
  const splits = ['', ...Array.from({ length: Math.min(20, sites.length) }, (_, n) => String(n + 1))]
  const schema = {
    properties: {
      maxSplits: {
        title: 'From how many sites at most',
        enum: splits,
        'x-words': Object.fromEntries(splits.map((n) => [n, n === '' ? none : n === '1' ? '1: its own' : n])),
      },
      prefer: { title: 'What is preferred', enum: Object.keys(preferred), 'x-words': preferred },
      ...Object.fromEntries(
        rows.flatMap((n) => [
          [
            `site${n}`,
            { title: `Site ${n + 1}`, enum: ['', ...sites.map((site) => site.id)], 'x-words': { '': '–', ...words } },
          ],
          [
            `days${n}`,
            {
              title: 'Days on the way',
              description: 'Empty: as from its own',
              type: 'integer' as const,
              minimum: 0,
              maximum: 365,
            },
          ],
          [
            `cost${n}`,
            {
              title: `Cost of a shipment, ${company.currency}`,
              type: 'integer' as const,
              minimum: 0,
              'x-unit': 'minor' as const,
            },
          ],
        ]),
      ),
    },
  }
  const initial = {
    maxSplits: policy ? String(policy.maxSplits) : '',
    prefer: policy?.prefer ?? 'fewest',
    ...Object.fromEntries(
      (policy?.sites ?? []).flatMap((site, n) => [
        [`site${n}`, site.siteId],
        [`days${n}`, site.routeDays ?? ''],
        [`cost${n}`, amountText(site.shipmentCost ?? 0, company.currency)],
      ]),
    ),
  }
  return (
    <Dialog label={`Sent from: ${name}`} close={close}>
      <div className="dialog-body">
        <h2>Sites for {name}</h2>
        <p className="quiet">
          The order’s own site goes first. What it has not, the others send, each in a shipment of its own. Orders that
          are confirmed already stay as they are.
        </p>
        <Form
          schema={schema}
          initial={initial}
          currency={company.currency}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={(values) =>
            save.run({
              ...(partyId && { partyId }),
              maxSplits: values.maxSplits ? Number(values.maxSplits) : null,
              prefer: (values.prefer || 'fewest') as Policy['prefer'],
              sites: rows.flatMap((n) =>
                values[`site${n}`]
                  ? [
                      {
                        siteId: String(values[`site${n}`]),
                        routeDays: values[`days${n}`] === undefined ? null : Number(values[`days${n}`]),
                        shipmentCost: Number(values[`cost${n}`] ?? 0),
                      },
                    ]
                  : [],
              ),
            })
          }
        />
      </div>
    </Dialog>
  )
}
