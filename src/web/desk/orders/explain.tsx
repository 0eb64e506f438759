import { api } from '../../kit/data/api.ts'
import { count, day, money, percent, price } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { Steps } from '../../kit/parts/popover.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import type { OrderLine } from './types.ts'

/** Which rules were asked for this price, which won, and why the others did not. */
export function PriceSteps({ line, currency }: { line: OrderLine; currency: string }) {
  const answer = useRead(api.pricing.explain, { lineId: line.id })
  return (
    <Answer query={answer}>
      {({ steps }) => (
        <>
          <p className="quiet small">
            {count(line.qty)} {line.uom} at {price(line.priceMicro, currency, line.perUom)} ={' '}
            {money(line.netMinor, currency)}
          </p>
          <Steps
            steps={steps.map((s, i) => ({
              key: `${i}`,
              text: s.name,
              value: price(s.priceMicro, currency),
              won: s.outcome === 'won' || s.outcome === 'stacked',
              why: s.why,
            }))}
          />
        </>
      )}
    </Answer>
  )
}

export function TaxSteps({ line }: { line: OrderLine }) {
  const answer = useRead(api.pricing.explainTax, { lineId: line.id })
  return (
    <Answer query={answer}>
      {({ steps }) => (
        <>
          <p className="quiet small">
            {percent(line.taxPpm)} · code {line.taxCode}
          </p>
          <Steps steps={steps.map((s) => ({ key: s.question, text: s.question, value: s.answer }))} />
        </>
      )}
    </Answer>
  )
}

export function PromiseSteps({ line }: { line: OrderLine }) {
  const answer = useRead(api.promise.explain, { lineId: line.id })
  return (
    <Answer query={answer}>
      {({ steps, text }) => (
        <>
          <p className="quiet small">{text}</p>
          <Steps
            steps={steps.map((s, i) => ({
              key: `${i}`,
              text: `${wordOf(s.source)}${s.ref ? ` ${s.ref}` : ''}`,
              value: `${count(s.qty)} · ${day(s.on)}`,
              why: s.text,
            }))}
          />
          {line.firstPromisedOn && line.firstPromisedOn !== line.promisedOn && (
            <p className="warn small">First promised for {day(line.firstPromisedOn)}.</p>
          )}
        </>
      )}
    </Answer>
  )
}
