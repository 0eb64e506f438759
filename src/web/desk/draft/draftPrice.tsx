import { price } from '../../kit/data/format.ts'
import { Explain } from '../../kit/parts/explain.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { explained, PriceSteps } from '../orders/explain.tsx'
import type { PreviewLine } from './draft.ts'

/** The live price of a line being written, explained before the order exists. */
export function DraftPrice({ answer, currency }: { answer: PreviewLine; currency: string }) {
  if (answer.priceMicro === null) return <span className="bad">no price</span>
  return (
    <Explain what="price" value={price(answer.priceMicro, currency, answer.estimated ? answer.perUom : null)}>
      {() => (
        <>
          <p className="quiet small">{wordOf(answer.priceSource ?? '')}</p>
          <PriceSteps explain={answer.explain && explained(answer.explain)} currency={currency} />
        </>
      )}
    </Explain>
  )
}
