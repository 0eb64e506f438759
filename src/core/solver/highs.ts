import type { MixedInteger, Solver, SolverAnswer, SolverLimits } from '../../math/numerics/mixedInteger.ts'
import { inWorkers } from '../workers/inWorkers.ts'

/**
 * HiGHS (MIT, WebAssembly, one thread) in a worker of its own: it computes without a pause and would stall whoever waits. A
 * worker a call, for what it has taken of memory it does not give back.
 */
export const highs: Solver = async (model, { seconds, gap = 0, signal }) => {
  const [answer] = await inWorkers<MixedInteger, SolverAnswer, Omit<SolverLimits, 'signal'>>(
    new URL('highsWork.ts', import.meta.url),
    [model],
    { given: { seconds, gap }, workers: 1, ...(signal ? { signal } : {}) },
  )
  return answer!
}
