import { QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { toast } from '../parts/toast.tsx'
import { ApiError, type Call, newKey } from './rpc.ts'

export const retriable = (error: unknown): boolean =>
  error instanceof ApiError && (error.problem.status === 0 || error.problem.status === 503)

/** Live events say when a row changed, so an answer stays fresh until then; a minute bounds what a lost event can hide. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 60_000, retry: (times, error) => times < 2 && retriable(error), refetchOnWindowFocus: true },
    mutations: { retry: (times, error) => times < 2 && retriable(error) },
  },
})

/** Query keys are [module, capability, input]: live events invalidate by module, commands by what they name. */
export const reading = <I, O>(call: Call<I, O>, input: I) =>
  queryOptions({ queryKey: [...call.at, input] as const, queryFn: ({ signal }) => call(input, { signal }) })

/** What a person typed, as words of a list's filter: a colon or a quotation mark in it means nothing. */
export const asWords = (text: string): string => (text ? `"${text.replaceAll('"', '')}"` : '')

export interface ReadOptions<O> {
  enabled?: boolean
  /** Shows the former answer while a changed input is on its way (typing, paging): no flash of emptiness. */
  keep?: boolean
  /** Reads again every so many ms, as long as the answer says so: for what no live event tells. */
  every?: (answer: O | undefined) => number | false
}
export const useRead = <I, O>(
  call: Call<I, O>,
  input: I,
  { enabled = true, keep = false, every }: ReadOptions<O> = {},
) =>
  useQuery({
    ...reading(call, input),
    enabled,
    ...(every
      ? { refetchInterval: ({ state }: { state: { data: unknown } }) => every(state.data as O | undefined) }
      : {}),
    ...(keep ? { placeholderData: (former: O | undefined) => former as never } : {}),
  })

interface CommandOptions<I, O> {
  /** Said in a toast when done. */
  said?: string | ((output: O, input: I) => string)
  done?: (output: O, input: I) => void
  /** The field errors are shown by the form itself; any other refusal is said in a toast. */
  quiet?: boolean
}
/** One click = one idempotency key, made before the first try and kept for its retries. */
export function useCommand<I, O>(call: Call<I, O>, { said, done, quiet }: CommandOptions<I, O> = {}) {
  const client = useQueryClient()
  /** What is on its way: the second half of a double click says the same again, and is not a second command. */
  const underway = useRef('')
  const mutation = useMutation<O, Error, { input: I; key: string }>({
    mutationFn: ({ input, key }) => call(input, { key }),
    onSuccess: (output, { input }) => {
      void client.invalidateQueries()
      if (said) toast(typeof said === 'string' ? said : said(output, input))
      done?.(output, input)
    },
    onError: (error) => {
      // a proof of identity is asked for where the command was given
      const asksProof = error instanceof ApiError && error.problem.code === 'reauthenticate'
      if (!quiet && !asksProof) toast(error.message, { tone: 'bad' })
    },
    onSettled: () => {
      underway.current = ''
    },
  })
  return {
    run: (input: I) => {
      const same = JSON.stringify(input)
      if (underway.current === same) return
      underway.current = same
      mutation.mutate({ input, key: newKey() })
    },
    runAsync: (input: I) => mutation.mutateAsync({ input, key: newKey() }),
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  }
}
