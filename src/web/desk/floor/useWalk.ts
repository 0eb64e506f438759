import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../../kit/data/api.ts'
import type { WaveData } from './wave.tsx'

const PAGE = 500

/** All tasks of a wave: those that came with it, and the rest page by page until the walk is whole. */
export function useWalk(wave: WaveData | undefined): WaveData['tasks'] {
  const { id = '', tasks = [], tasksNext = null } = wave ?? {}
  const call = api.warehouse.waveTasks
  const rest = useInfiniteQuery({
    queryKey: [...call.at, 'pages', id, tasksNext],
    queryFn: ({ pageParam, signal }) => call({ id, limit: PAGE, cursor: pageParam }, { signal }),
    initialPageParam: tasksNext ?? '',
    getNextPageParam: (last) => last.next,
    enabled: tasksNext !== null,
  })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rest
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return tasksNext === null ? tasks : [...tasks, ...(rest.data?.pages.flatMap((page) => page.rows) ?? [])]
}
