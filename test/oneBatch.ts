import { pino } from 'pino'
import type { Actor } from '../src/core/capability.ts'
import { systemClock } from '../src/core/clock.ts'
import { wholeCompany } from '../src/core/database/pool.ts'
import { uuidv7 } from '../src/core/ids.ts'
import type { Kernel } from '../src/core/kernel.ts'

/**
 * Calls of one command as one batch, in this order: what the road does with calls that wait together, without the luck of
 * who waits when. With the number of statements they took.
 */
export const oneBatch = async <O = unknown>(
  kernel: Kernel,
  { company, actor }: { readonly company: string; readonly actor: Actor },
  name: string,
  inputs: readonly unknown[],
): Promise<{ readonly outputs: O[]; readonly statements: number }> => {
  const { runner, pool } = kernel
  const { capability } = runner.registry.byName.get(name)!
  if (capability.is !== 'command' || !capability.hot) throw new Error(`${name} takes no batches`)
  let statements = 0
  const outputs = await pool.transaction(wholeCompany(company), 20_000, async (sql) => {
    const counting = new Proxy(sql, {
      apply: (target, self, given) => {
        statements += 1
        return Reflect.apply(target, self, given)
      },
    })
    const answers = await capability.run(
      inputs.map((input, no) => ({ no, actor, device: null, key: `k${no}`, input })) as never,
      {
        sql: counting,
        company,
        now: systemClock.now(),
        id: () => uuidv7(systemClock.now().getTime()),
        random: () => 0.5,
        emit: () => {},
        numbers: () => Promise.reject(new Error('none')),
        log: pino({ level: 'silent' }),
        left: () => 20_000,
      },
    )
    return answers.map((answer) => {
      if (!('done' in answer)) throw answer.refused
      return answer.done as O
    })
  })
  return { outputs, statements }
}
