import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Progress } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { Accounting } from './accounting.tsx'
import { Diff } from './diff.tsx'
import { Months } from './months.tsx'
import { ImportRows } from './rows.tsx'
import '../../kit/css/import.css'

export type ImportState = OutputOfCall<typeof api.exchange.importStatus>
const working = (state: string) => state === 'reading' || state === 'applying'

/** One import: what the file holds, what it would change, all its errors at once, then applying it. */
export function Import() {
  const { id } = useParams() as { id: string }
  const status = useRead(
    api.exchange.importStatus,
    { importId: id },
    { every: (answer) => (!answer || working(answer.state) ? 800 : false) },
  )
  const apply = useCommand(api.exchange.applyImport, { said: 'Applying started' })
  const data = status.data
  return (
    <Page
      title={data?.fileName ?? 'Import'}
      beside={data?.profile}
      actions={
        data && (
          <>
            <Status state={data.state} />
            {data.state === 'checked' && (
              <Button look="primary" disabled={apply.busy} onClick={() => apply.run({ importId: id })}>
                {data.errors > 0 ? `Apply without ${plural(data.errors, 'row')} in error` : 'Apply'}
              </Button>
            )}
          </>
        )
      }
    >
      <Answer query={status}>
        {(data) => (
          <div className="stack">
            {working(data.state) && (
              <section className="card demo-load" aria-label="Progress">
                <div className="row">
                  <span className="strong">
                    {data.state === 'reading'
                      ? 'Reading and checking the file; nothing is changed'
                      : 'Applying, whole documents at a time'}
                  </span>
                  <span className="push">
                    {count(data.rowsDone)} / {count(data.rowsTotal)}
                  </span>
                </div>
                <Progress done={data.rowsDone} total={data.rowsTotal} label="Rows done" />
              </section>
            )}
            {data.note && (
              <p className="problem" role="alert">
                <strong>The file is refused</strong>
                {data.note}
              </p>
            )}
            <div className="cols flow">
              <Accounting state={data} />
              <Diff diff={data.diff} />
            </div>
            {data.months.length > 0 && <Months state={data} />}
            <ImportRows importId={id} errors={data.errors} />
          </div>
        )}
      </Answer>
    </Page>
  )
}
