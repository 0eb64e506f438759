import type { PriceExplained } from '../../../modules/pricing/index.ts'
import { count, day, money, percent, plural, price } from '../../kit/data/format.ts'
import { kilograms } from '../../kit/data/weight.ts'
import { Steps } from '../../kit/parts/explain.tsx'
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

/** Where the promised units come from and when; what is late against the first promise, and the lots already set aside. */
export function PromiseSteps({ line }: { line: OrderLine }) {
  const moved = line.firstPromisedOn !== null && line.firstPromisedOn !== line.promisedOn
  return (
    <>
      <p className="quiet small">
        {count(line.qty)} {line.baseUom}
        {line.requestedOn && `, asked for ${day(line.requestedOn)}`}
      </p>
      <Steps
        steps={[
          ...line.lots.map((lot, i) => ({
            key: `lot ${i}`,
            text: lot.lot ? `Allocated from lot ${lot.lot}` : 'Allocated from stock',
            value: count(lot.qty),
            won: true,
            why: lot.expiresOn ? `expires ${lot.expiresOn}; the first to expire goes first` : undefined,
          })),
          ...line.promises.map((p, i) => ({
            key: `promise ${i}`,
            text: `${wordOf(p.source)}${p.ref ? ` ${p.ref}` : ''}`,
            value: `${count(p.qty)} · ${day(p.on)}`,
          })),
        ]}
      />
      {line.backordered > 0 && (
        <p className="bad small">
          {plural(line.backordered, 'unit')} without any supply: a purchase or a transfer is needed.
        </p>
      )}
      {line.shipped > 0 && <p className="quiet small">{count(line.shipped)} shipped already.</p>}
      {moved && <p className="warn small">First promised for {day(line.firstPromisedOn)}.</p>}
    </>
  )
}
