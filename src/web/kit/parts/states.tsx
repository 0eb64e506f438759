import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError } from '../data/rpc.ts'
import { Button } from './button.tsx'
import { wordOf } from './status.tsx'

/** One sentence and one thing to do. */
export const Empty = ({ children, action }: { children: ReactNode; action?: ReactNode }) => (
  <div className="empty">
    <p>{children}</p>
    {action}
  </div>
)

const advice: Record<string, string> = {
  forbidden: 'Ask whoever keeps users and roles to give you the right.',
  not_found: 'It may have been removed, or it is of a site or party you do not see.',
  bad_filter: 'Change the filter above.',
  busy: 'Many orders are being written just now. Try again in a few seconds.',
}

/** A pattern is for programs: people are told what it means. */
const inWords = (text: string): string => text.replace(/must match pattern ".*"/, 'is not written as it should be')
const same = (a: string, b: string): boolean => a.replace(/\.$/, '') === b.replace(/\.$/, '')

/** Says what went wrong and what to do about it. */
export function ProblemPanel({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : null
  return (
    <div className="problem" role="alert">
      <strong>{problem ? wordOf(problem.title) : 'Something went wrong on this page'}</strong>
      <span>{inWords(problem?.detail || (error instanceof Error ? error.message : String(error)))}</span>
      {problem?.errors
        ?.filter((e) => !same(e.message, problem.detail) && !problem.detail.includes(`${e.path} ${e.message}`))
        .map((e) => (
          <span key={e.path + e.message} className="small">
            <span className="mono">{e.path}</span> {inWords(e.message)}
          </span>
        ))}
      <span className="quiet small">
        {advice[problem?.code ?? ''] ?? (retry ? 'Try again; what you entered is still here.' : '')}
      </span>
      {retry && (
        <Button small onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** An answer, its error, or (after 300 ms) that it is on its way. */
export function Answer<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <ProblemPanel error={query.error} retry={() => void query.refetch()} />
  return (
    <p className="quiet fade-in" role="status">
      Loading…
    </p>
  )
}

export const Progress = ({ done, total, label }: { done: number; total: number; label: string }) => {
  const share = total > 0 ? Math.min(1, done / total) : 0
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <div style={{ width: `${share * 100}%` }} />
    </div>
  )
}
