import type { World } from './world.ts'

/**
 * A run of planning to its end. Every file shares one database, so the jobs of another's server may take steps of it: what
 * counts is that it is done, not who has done it.
 */
export const planAll = async (w: World): Promise<void> => {
  const { id: runId } = await w.run('planning.start', {})
  for (let steps = 0; steps < 50; steps += 1) {
    await w.run('planning.advance', { runId })
    const { run } = await w.run('planning.latest', {})
    if (run.state === 'done') return
  }
  throw new Error('the run does not end')
}
