import { api } from '../../kit/data/api.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Field } from '../../kit/parts/field.tsx'

interface Props {
  partyId: string
  site: { id: string; name: string } | null
  /** Most sites; empty: as is agreed with the customer. */
  value: string
  onChange: (value: string) => void
}

/** From how many sites the order may be sent; shown where others than its own may send at all. */
export function SentFrom({ partyId, site, value, onChange }: Props) {
  const may = useMay()
  const agreed = useRead(api.promise.sources, { partyId }, { enabled: partyId !== '' && may('promise.read') })
  const { own, company } = agreed.data ?? { own: null, company: null }
  const listed = own && own.sites.length > 0 ? own.sites : (company?.sites ?? [])
  const others = listed.filter((one) => one.siteId !== site?.id)
  if (!site || others.length === 0) return null
  const usual = Math.min((own ?? company)?.maxSplits ?? 1, others.length + 1)
  const words = (most: number): string =>
    most === 1 ? `from ${site.name} alone` : `may split over up to ${most} sites`
  return (
    <Field
      label="Sent from"
      value={value}
      onChange={onChange}
      hint={`Others: ${others.map((one) => one.code).join(', ')}`}
      options={[
        { value: '', label: `As agreed: ${words(usual)}` },
        ...Array.from({ length: others.length + 1 }, (_, at) => at + 1).map((most) => ({
          value: String(most),
          label: words(most).replace(/^./, (c) => c.toUpperCase()),
        })),
      ]}
    />
  )
}
