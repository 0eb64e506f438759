import { ownCpuMs as cpuMs } from './cpu.ts'

/** Moments at which a search is told to stop, in ms after its start: while it gets ready, and in the middle. */
const MOMENTS = [0, 20, 100, 400, 1_500]

/**
 * How long an engine goes on after it was told to stop: ms of the process's CPU, the longest of several moments. What is done
 * before its moment comes says nothing and does not count.
 */
export const cancelMs = (work: (stop: () => boolean) => unknown): number => {
  const late = MOMENTS.map((moment) => {
    const until = cpuMs() + moment
    let heard = false
    work(() => {
      heard ||= cpuMs() >= until
      return heard
    })
    return heard ? cpuMs() - until : 0
  })
  return Math.round(10 * Math.max(...late)) / 10
}
