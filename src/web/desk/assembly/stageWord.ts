import { wordOf } from '../../kit/parts/status.tsx'

/** 'ready' elsewhere is of an import. */
export const stageWord = (status: string, late: boolean): string => {
  const word = status === 'ready' ? 'Ready to make' : wordOf(status)
  return late ? `Late · ${word.toLowerCase()}` : word
}
