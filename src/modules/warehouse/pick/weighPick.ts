import { Refusal } from '../../../core/refusal.ts'
import { wrongReason } from '../../stock/index.ts'
import { type WeighedItem, weightProblem } from '../weights.ts'
import { readingOf, type ScanWords } from './scan.ts'

interface Said {
  readonly qty: number
  readonly scannedCode?: string
  readonly caseCodes?: readonly string[]
  readonly weightG?: number
  readonly weightReason?: string
}

/**
 * What the picked units weigh together: as typed, else by the labels of the cases, else by the one label that was
 * scanned. Labels are held against the tolerance one by one, a typed weight by its average.
 * @param item null: these goods are not sold by weight.
 * @param reasons the company's reason codes of kind weight.
 */
export const weightOfPick = (
  said: Said,
  item: WeighedItem | null,
  words: ScanWords,
  reasons: readonly string[],
): number | null | Refusal => {
  if (!item)
    return said.weightG === undefined && said.caseCodes === undefined
      ? null
      : new Refusal('not_weighed', 'These goods are not sold by weight; leave the weight out.', 422)
  if (said.qty === 0) return null
  const strange = said.weightReason === undefined ? null : wrongReason('weight', said.weightReason, reasons)
  if (strange) return strange
  const parts = said.weightG === undefined ? labelsOf(said, item, words) : [{ qty: said.qty, weightG: said.weightG }]
  if (parts instanceof Refusal) return parts
  for (const { qty, weightG } of parts) {
    const problem = weightProblem(item, qty, weightG, said.weightReason)
    if (problem)
      return new Refusal(problem.code, `${problem.message}.`, 422, [{ path: 'weightG', message: problem.message }])
  }
  return parts.reduce((sum, part) => sum + part.weightG!, 0)
}

const labelsOf = (
  { qty, caseCodes, scannedCode }: Said,
  item: WeighedItem,
  words: ScanWords,
): { qty: number; weightG: number | null }[] | Refusal => {
  const codes = caseCodes ?? (scannedCode === undefined ? [] : [scannedCode])
  const parts: { qty: number; weightG: number | null }[] = []
  for (const [at, code] of codes.entries()) {
    const reading = readingOf(code, item.id, words)
    if (!reading)
      return new Refusal('wrong_item', `Label ${at + 1} (${code}) is not of ${item.sku}. Put it back and scan again.`)
    parts.push({ qty: reading.count, weightG: reading.weightG })
  }
  const labelled = parts.reduce((sum, part) => sum + part.qty, 0)
  if (caseCodes && labelled !== qty)
    return new Refusal('labels_differ', `${qty} ${item.baseUom} were picked and ${labelled} labels scanned.`, 422)
  // One label scanned to name the goods weighs them only when it is all there is.
  return labelled === qty ? parts : [{ qty, weightG: null }]
}
