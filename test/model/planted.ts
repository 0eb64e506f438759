/** Bugs in stock and promise, planted one at a time in a copy of the source: the model must find each, and shrink it. */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabase } from '../harness.ts'
import { type Patches, plantedCopy } from '../plantedCopy.ts'
import type { Found } from './search.ts'

export interface PlantedBug {
  readonly name: string
  /** What the comparison must say of it. */
  readonly verdict: RegExp
  readonly patches: Patches
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a pick that does not take its units out of the bin',
    verdict: /invariants after/,
    patches: {
      'src/modules/stock/postMoves.ts': [
        [
          'delta.onHand += sign * m.qty\n',
          "if (sign > 0 || m.causeKind !== 'pick' || delta !== balance) delta.onHand += sign * m.qty\n",
        ],
      ],
    },
  },
  {
    name: 'a cancellation that leaves its units allocated in the pool',
    verdict: /covered after|invariants after/,
    patches: {
      'src/modules/promise/allocations.ts': [
        [
          'from dropped group by site_id, item_id, lot_id, owner_id) sums',
          "from dropped where not exists (select 1 from given where given.reason = 'cancelled') group by site_id, item_id, lot_id, owner_id) sums",
        ],
      ],
    },
  },
  {
    name: 'planning anew gives back twice what a line was promised, so that a unit is promised again',
    verdict: /covered after|invariants after|check constraint/,
    patches: {
      'src/modules/promise/replan/layAnew.ts': [
        [
          'giveBack(offerOf(one.line), one.line, one.peg, one.peg.qty)',
          'giveBack(offerOf(one.line), one.line, one.peg, 2 * one.peg.qty)',
        ],
      ],
    },
  },
]

/** Over a copy with the bug, on the cluster of this run and a database of its own. */
export const huntBug = async (
  { patches }: Pick<PlantedBug, 'patches'>,
  options: { seed: number; runs: number; shrinkMs: number },
): Promise<Found | null> => {
  const { superuser } = await testDatabase()
  const root = plantedCopy(patches, ['test/model', 'test/harness.ts', 'test/cluster.ts'])
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'test/model/hunt.ts'), JSON.stringify(options)], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TEST_DATABASE_SOCKET: superuser.host },
      })
      let [out, words] = ['', '']
      child.stdout.on('data', (bytes: Buffer) => {
        out += bytes
      })
      child.stderr.on('data', (bytes: Buffer) => {
        words = (words + bytes).slice(-3_000)
      })
      child.once('error', reject)
      child.once('close', (code) => {
        if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)!))
        else reject(new Error(`the hunt ended with ${code}: ${words}`))
      })
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
