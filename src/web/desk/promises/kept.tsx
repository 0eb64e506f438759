import { api } from '../../kit/data/api.ts'
import { count, percent } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import { Popover } from '../../kit/parts/popover.tsx'
import { wordOf } from '../../kit/parts/status.tsx'

/** How far promises were kept in four weeks; asked for by who may see figures. */
export function Kept() {
  const may = useMay()
  const site = useSite()
  const kept = useRead(api.insight.promiseKept, site ? { siteId: site.id } : {}, { enabled: may('insight.read') }).data
  if (!kept || kept.lines === 0) return null
  const missed = kept.lines - kept.keptFirst
  return (
    <Popover title="Explain promises kept" label={`Kept ${percent(kept.firstPpm)}`}>
      {() => (
        <>
          <h2>Promises kept, four weeks</h2>
          <dl className="facts">
            <dt>Lines that left</dt>
            <dd className="num">{count(kept.lines)}</dd>
            <dt>Came by the first promise</dt>
            <dd className="num">
              {count(kept.keptFirst)} · {percent(kept.firstPpm)}
            </dd>
            <dt>Came by the last promise</dt>
            <dd className="num">
              {count(kept.keptLast)} · {percent(kept.lastPpm)}
            </dd>
          </dl>
          {missed > 0 && (
            <>
              <p className="quiet small">What had moved the {count(missed)} that came after their first promise:</p>
              <dl className="facts">
                {kept.causes.map(({ cause, lines }) => (
                  <div key={cause} className="row">
                    <dt>{wordOf(cause)}</dt>
                    <dd className="num push">{count(lines)}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
          <p className="quiet small">
            A delivery that nobody recorded counts by the day it left and its days on the road.
          </p>
        </>
      )}
    </Popover>
  )
}
