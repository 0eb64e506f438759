import { useQueryClient } from '@tanstack/react-query'
import { type Dispatch, type SetStateAction, useEffect } from 'react'
import { api } from '../../kit/data/api.ts'
import { reading } from '../../kit/data/query.ts'
import { type DraftLine, resolved } from './draft.ts'

/** Looks up pasted and typed SKUs, all that wait in one call: 500 pasted lines cost one round trip. */
export function useResolve(lines: readonly DraftLine[], set: Dispatch<SetStateAction<readonly DraftLine[]>>) {
  const client = useQueryClient()
  const waiting = [...new Set(lines.filter((l) => !l.known && l.asked).map((l) => l.asked.toUpperCase()))]
    .sort()
    .join('\n')
  useEffect(() => {
    if (!waiting) return
    let stale = false
    client.fetchQuery(reading(api.catalog.bySkus, { skus: waiting.split('\n') })).then(
      ({ rows }) => {
        if (!stale) set((now) => resolved(now, new Map(rows.map((r) => [r.sku.toUpperCase(), r.item]))))
      },
      () => undefined,
    )
    return () => {
      stale = true
    }
  }, [waiting, client, set])
}
