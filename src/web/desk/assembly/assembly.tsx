import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, instant } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { ReportDialog } from './reportDialog.tsx'
import { stageWord } from './stageWord.ts'
import type { Assembly as AssemblyData } from './types.ts'

/** One assembly: what is needed, what is missing, what is done so far. */
export function Assembly() {
  const { id } = useParams() as { id: string }
  const assembly = useRead(api.warehouse.assembly, { assemblyId: id })
  const data = assembly.data
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Assembly'}
      beside={
        data && (
          <Link {...linkTo(`/stock/${data.itemId}`)}>
            {data.sku} {data.description}
          </Link>
        )
      }
      actions={data && <Actions assembly={data} />}
    >
      <Answer query={assembly}>{(data) => <Body assembly={data} />}</Answer>
    </Page>
  )
}

function Actions({ assembly }: { assembly: AssemblyData }) {
  const may = useMay()
  const [open, setOpen] = useState<'report' | 'cancel' | null>(null)
  const { number, makes, limitedBy } = assembly
  const works = may('warehouse.assemble') && assembly.open > 0
  const why = makes > 0 ? null : `${limitedBy ?? 'A component'} is missing: nothing can be made yet.`
  useCommands(
    works && why === null
      ? [{ id: 'report', title: `Report ${number} done`, keys: 'd', run: () => setOpen('report') }]
      : [],
  )
  if (!works) return null
  return (
    <>
      <Button look="danger" onClick={() => setOpen('cancel')}>
        Cancel the rest
      </Button>
      <Button look="primary" hotkey={why === null ? 'D' : undefined} blocked={why} onClick={() => setOpen('report')}>
        Report done
      </Button>
      {open === 'report' && <ReportDialog assembly={assembly} close={() => setOpen(null)} />}
      {open === 'cancel' && <CancelDialog assembly={assembly} close={() => setOpen(null)} />}
    </>
  )
}

function CancelDialog({ assembly, close }: { assembly: AssemblyData; close: () => void }) {
  const cancel = useCommand(api.warehouse.cancelAssembly, {
    said: ({ cancelled }) => `${assembly.number}: ${count(cancelled)} are not made`,
    quiet: true,
    done: close,
  })
  return (
    <Dialog label={`Cancel the rest of ${assembly.number}`} close={close}>
      <div className="dialog-body">
        <h2>Cancel the rest of {assembly.number}</h2>
        <p className="quiet">
          {count(assembly.open)} {assembly.uom} are not made. Their components are free for others
          {assembly.promised > 0 &&
            `, and the orders that were promised ${count(assembly.promised)} of them are promised anew`}
          .
        </p>
        <Form
          schema={{ properties: { reason: { title: 'Why', maxLength: 200, minLength: 3 } }, required: ['reason'] }}
          action="Cancel the rest"
          busy={cancel.busy}
          error={cancel.error}
          onSubmit={({ reason }) => cancel.run({ assemblyId: assembly.id, reason: String(reason) })}
        />
      </div>
    </Dialog>
  )
}

function Body({ assembly }: { assembly: AssemblyData }) {
  const { qty, done, cancelled, uom, makes, limitedBy, coming, promised, comesOn, dueOn, late } = assembly
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" state={late ? 'late' : assembly.status} word={stageWord(assembly.status, late)} />],
    [
      'Wanted',
      <span key="q">
        {count(qty)} <span className="quiet">{uom}</span>
      </span>,
    ],
    ['Done', count(done)],
    ['Open', <strong key="o">{count(assembly.open)}</strong>],
    [
      'Can be made now',
      <span key="m" className={makes < assembly.open ? 'warn strong' : ''}>
        {count(makes)}
        {limitedBy && <span className="quiet"> · held down by {limitedBy}</span>}
      </span>,
    ],
    ['Wanted on', day(dueOn)],
    ['Comes', comesOn ? `${count(coming)} on ${day(comesOn)}, ${count(promised)} promised` : '–'],
    ['At', assembly.site],
  ]
  if (cancelled > 0) facts.push(['Cancelled', `${count(cancelled)}: ${assembly.cancelReason ?? ''}`])
  if (assembly.reference) facts.push(['Reference', assembly.reference])
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      <Parts assembly={assembly} />
      <Reports assembly={assembly} />
    </div>
  )
}

const Parts = ({ assembly }: { assembly: AssemblyData }) => (
  <section className="card" aria-label="Components">
    <div className="card-head">
      <h2>Components</h2>
    </div>
    <Wide label="Components">
      <table className="table tight">
        <thead>
          <tr>
            <th>Component</th>
            <th className="num">In one</th>
            <th className="num">Needed</th>
            <th className="num">Used</th>
            <th className="num">Set aside</th>
            <th>Lots</th>
            <th className="num">To come</th>
            <th>On</th>
            <th className="num">Missing</th>
            <th className="num">Enough for</th>
          </tr>
        </thead>
        <tbody>
          {assembly.parts.map((part) => (
            <tr key={part.id}>
              <td>
                <Link {...linkTo(`/stock/${part.itemId}`)} className="mono link-hover">
                  {part.sku}
                </Link>{' '}
                {part.description}
              </td>
              <td className="num">{part.den === 1 ? count(part.num) : `${count(part.num)}/${count(part.den)}`}</td>
              <td className="num">
                {count(part.needed)} <span className="quiet">{part.uom}</span>
              </td>
              <td className="num">{part.used === 0 ? '' : count(part.used)}</td>
              <td className="num">{count(part.allocated)}</td>
              <td>
                {part.lots.flatMap((lot) =>
                  lot.lotId && lot.lot
                    ? [
                        <Link key={lot.lotId} {...linkTo(`/trace/lot/${lot.lotId}`)} className="mono link-hover">
                          {lot.lot} ({count(lot.qty)}){' '}
                        </Link>,
                      ]
                    : [],
                )}
              </td>
              <td className="num">{part.promised === 0 ? '' : count(part.promised)}</td>
              <td>{part.promised === 0 ? '' : part.promisedOn}</td>
              <td className="num">
                {part.missing === 0 ? '' : <span className="bad strong">{count(part.missing)}</span>}
              </td>
              <td className="num">
                <span className={part.sku === assembly.limitedBy ? 'warn strong' : ''}>{count(part.makes)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  </section>
)

const Reports = ({ assembly }: { assembly: AssemblyData }) => (
  <section className="card" aria-label="Done so far">
    <div className="card-head">
      <h2>Done so far</h2>
      <span className="quiet">
        {count(assembly.done)} of {count(assembly.qty)}
      </span>
    </div>
    <div className="card-body">
      {assembly.reports.length === 0 && <p className="quiet">Nothing is reported yet.</p>}
      <ul className="documents">
        {assembly.reports.map((report) => (
          <li key={report.id}>
            <span>
              <span className="mono">{report.number}</span> <strong>{count(report.qty)}</strong> to {report.location}
              {report.lotId && (
                <>
                  , lot{' '}
                  <Link {...linkTo(`/trace/lot/${report.lotId}`)} className="mono link">
                    {report.lot}
                  </Link>
                </>
              )}
            </span>
            <span className="quiet">{instant(report.at)}</span>
            <span className="quiet small whole">
              {report.used
                .map((use) => `${count(use.qty)} ${use.sku}${use.lot ? ` of ${use.lot}` : ''} from ${use.location}`)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  </section>
)
