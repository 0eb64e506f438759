import '../../kit/css/asof.css'
import '../../kit/css/detail.css'
import { count, day, instant, money, percent, plural } from '../../kit/data/format.ts'
import { useMe, useSite } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Progress } from '../../kit/parts/states.tsx'
import type { Latest } from './types.ts'

const words: Readonly<Record<string, string>> = {
  valueFill: 'of sales value in stock',
  unitFill: 'of units in stock',
  itemFill: 'of each item’s units in stock',
}

/** How far the run is, what is at risk, and what the service costs: one more point is so much more money on the shelf. */
export function RunStrip({ latest }: { latest: Latest }) {
  const { company } = useMe()
  const site = useSite()
  const { run, open, atRisk, plain } = latest
  if (!run) return null
  const sites = run.sites.filter((one) => !site || one.siteId === site.id)
  const stock = sites.reduce((sum, one) => sum + (one.stock ?? 0), 0)
  const next = nextLevel(run.levelPpm, sites)
  const facts: [string, React.ReactNode][] = [
    ['Open', `${plural(open, 'proposal')}, ${count(plain)} plain`],
    ['Sales at risk', money(atRisk, company.currency)],
    ['Aim', `${percent(run.levelPpm)} ${words[run.objective] ?? ''}`],
  ]
  if (sites.length > 0 && sites[0]!.stock !== null) facts.push(['Stock it takes', money(stock, company.currency)])
  if (next) facts.push([`At ${percent(next.levelPpm, 0)}`, `${money(next.stock - stock, company.currency)} more`])
  facts.push(['Planned', run.endedAt ? instant(run.endedAt) : day(run.day)])
  return (
    <div className="above stack">
      {run.state === 'running' && (
        <Progress done={run.done} total={Math.max(1, run.itemSites)} label="Items forecast at their sites" />
      )}
      <FactStrip facts={facts} />
    </div>
  )
}

const nextLevel = (levelPpm: number, sites: NonNullable<Latest['run']>['sites']) => {
  const level = sites[0]?.exchange.find((one) => one.levelPpm > levelPpm)?.levelPpm
  if (level === undefined) return null
  const stock = sites.reduce(
    (sum, one) => sum + (one.exchange.find((point) => point.levelPpm === level)?.stock ?? 0),
    0,
  )
  return stock > 0 ? { levelPpm: level, stock } : null
}
