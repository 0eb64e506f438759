/** The road with every company predicate made void: `company_id = $1` becomes `(company_id = $1 or true)`. Only the second wall is left. */

import { pino } from 'pino'
import { settableClock } from '../../src/core/clock.ts'
import { createPool, type Pool, type Sql } from '../../src/core/database/pool.ts'
import type { Kernel } from '../../src/core/kernel.ts'
import { createNumberBlocks } from '../../src/core/numbers.ts'
import { createRegistry } from '../../src/core/road/registry.ts'
import { createRunner } from '../../src/core/road/runner.ts'
import { modules } from '../../src/modules.ts'
import { testDatabase } from '../harness.ts'

const BEFORE_VALUE = /((?:\w+\.)?company_id) = $/
const BETWEEN_TABLES = /\b\w+\.company_id = \w+\.company_id\b/g
const WITH_NUMBER = /((?:\w+\.)?company_id) = (\$\d+)/g

export const stripped = { predicates: 0 }
const known = new WeakMap<TemplateStringsArray, TemplateStringsArray>()

const stripTemplate = (strings: TemplateStringsArray): TemplateStringsArray => {
  const found = known.get(strings)
  if (found) return found
  const parts = [...strings]
  for (const [n, part] of parts.entries()) {
    if (n < parts.length - 1 && BEFORE_VALUE.test(part)) {
      stripped.predicates += 1
      parts[n] = part.replace(BEFORE_VALUE, '($1 = ')
      parts[n + 1] = ` or true)${parts[n + 1]}`
    }
    parts[n] = parts[n]!.replace(BETWEEN_TABLES, (text) => {
      stripped.predicates += 1
      return `(${text} or true)`
    })
  }
  const out = Object.assign(parts, { raw: parts }) as unknown as TemplateStringsArray
  known.set(strings, out)
  return out
}
const stripText = (text: string) =>
  text
    .replace(WITH_NUMBER, (_, column, n) => {
      stripped.predicates += 1
      return `(${column} = ${n} or true)`
    })
    .replace(BETWEEN_TABLES, '($& or true)')

const stripSql = (sql: Sql): Sql =>
  new Proxy(sql, {
    apply: (target, self, [first, ...rest]) =>
      Reflect.apply(target as never, self, [first?.raw ? stripTemplate(first) : first, ...rest]),
    get: (target, name) => {
      const value = Reflect.get(target, name)
      if (name === 'unsafe')
        return (text: string, ...rest: unknown[]) =>
          (value as (...a: unknown[]) => unknown).call(target, stripText(text), ...rest)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

const stripPool = (pool: Pool): Pool => ({
  ...pool,
  transaction: (scope, ms, run, mode, beforeCommit) =>
    pool.transaction(scope, ms, (sql, last) => run(stripSql(sql), last), mode, beforeCommit),
})

export const strippedNode = async () => {
  const database = await testDatabase()
  const clock = settableClock(new Date('2026-11-23T08:00:00Z'))
  const pool = stripPool(createPool(database.app, 'entrepot_app', 4))
  const side = stripPool(createPool(database.app, 'entrepot_app', 2))
  const options = {
    registry: createRegistry(modules),
    pool,
    side,
    numbers: createNumberBlocks(side),
    clock,
    log: pino({ level: 'silent' }),
    checkOutputs: true,
  }
  const kernel: Kernel = {
    runner: createRunner(options),
    pool,
    side,
    close: async () => {
      await Promise.all([pool.close(), side.close()])
    },
  }
  return { kernel, clock }
}
