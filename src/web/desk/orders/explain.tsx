import type { PriceExplained } from '../../../modules/pricing/index.ts'
import { api } from '../../kit/data/api.ts'
import { count, day, money, percent, price } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { kilograms } from '../../kit/data/weight.ts'
import { Steps } from '../../kit/parts/explain.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import type { OrderLine } from './types.ts'

/** The explanation is kept with the line as it was priced; asking later what the rules say now would explain another price. */
export const explained = (json: Record<string, unknown>): PriceExplained | null =>
  Array.isArray(json.steps) ? (json as unknown as PriceExplained) : null

/** Which prices were looked at, which won and why the others did not; then the promotions. */
export function PriceSteps({ explain, currency }: { explain: PriceExplained | null; currency: string }) {
  if (!explain) return <p className="quiet">This line came with its price; no price list was asked.</p>
  return (
    <Steps
      steps={[
        ...explain.steps.map((s, i) => ({
          key: `price ${i}`,
          text: wordOf(s.source),
          value: price(s.priceMicro, currency, s.per),
          won: s.chosen,
          why: s.why,
        })),
        ...explain.promotions.map((p) => ({
          key: `promotion ${p.code}`,
          text: `Promotion ${p.code}`,
          value: `−${percent(p.discountPpm)}`,
          won: p.applied,
          why: p.why,
        })),
      ]}
    />
  )
}

export const LinePrice = ({ line, currency }: { line: OrderLine; currency: string }) => (
  <>
    <p className="quiet small">
      {count(line.uomQty)} {line.uom} at {price(line.priceMicro, currency, line.perUom)} ={' '}
      {money(line.netMinor, currency)}
      {line.weight?.nominalG &&
        (line.estimated
          ? `: by ${kilograms(line.weight.nominalG)} a ${line.baseUom} for what has not left, by its own weight for what has`
          : `: by the ${kilograms(line.weight.shippedG)} that left`)}
    </p>
    <PriceSteps explain={explained(line.explain)} currency={currency} />
    {line.marginMinor !== null && (
      <p className="quiet small">
        {money(line.marginMinor, currency)} margin
        {line.netMinor > 0 && `, ${percent((line.marginMinor / line.netMinor) * 1e6)}`}
      </p>
    )}
  </>
)

export function TaxSteps({ line }: { line: OrderLine }) {
  const tax = explained(line.explain)?.tax
  return (
    <>
      <p className="quiet small">
        {percent(line.taxPpm)} · code {line.taxCode} · category {line.taxCategory}
      </p>
      {tax ? (
        <Steps steps={[{ key: tax.rule, text: wordOf(tax.rule), won: true, why: tax.reason }]} />
      ) : (
        <p className="quiet">This line came with its tax; no rule was asked.</p>
      )}
    </>
  )
}

/** The lots already set aside, then why this day: where each part comes from, the rules, and how the day has moved. */
export function PromiseSteps({ line }: { line: OrderLine }) {
  const may = useMay()
  const said = line.promised + line.backordered + line.allocated + line.shipped + line.cancelled > 0
  const parts = line.parts.length > 0 ? line.parts.map((part) => part.id) : [line.id]
  return (
    <>
      {line.lots.length > 0 && (
        <Steps
          steps={line.lots.map((lot, i) => ({
            key: `lot ${i}`,
            text: lot.lot ? `Allocated from lot ${lot.lot}` : 'Allocated from stock',
            value: count(lot.qty),
            won: true,
            why: lot.expiresOn ? `expires ${lot.expiresOn}; the first to expire goes first` : undefined,
          }))}
        />
      )}
      {line.fillOrKill && <p className="quiet small">All or nothing: from stock at once, or cancelled.</p>}
      {!said ? (
        <p className="quiet small">Nothing is promised before the order is confirmed.</p>
      ) : may('promise.read') ? (
        parts.slice(0, 5).map((id) => <Why key={id} lineId={id} />)
      ) : (
        <Steps
          steps={line.promises.map((p, i) => ({
            key: `promise ${i}`,
            text: `${wordOf(p.source)}${p.ref ? ` ${p.ref}` : ''}`,
            value: `${count(p.qty)} · ${day(p.on)}`,
          }))}
        />
      )}
    </>
  )
}

/** "Why this day?" of one demand, as the planner tells it. */
export function Why({ lineId }: { lineId: string }) {
  return (
    <Answer query={useRead(api.promise.explain, { lineId })}>
      {({ text, steps }) => (
        <>
          <p className="small strong">{text}</p>
          <Steps
            steps={steps.map((step, i) => ({ key: `${i}`, text: step.text, value: step.on ? day(step.on) : '' }))}
          />
        </>
      )}
    </Answer>
  )
}
