import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

/** A picker who goes home or loses the phone must not keep a task: the claim ends by itself. */
const LEASE_MINUTES = 10

export const claimTask = command({
  title: 'Take a task in hand',
  route: 'POST /warehouse/tasks/:taskId/claim',
  permission: 'warehouse.pick',
  admits: { taskId: 'task' },
  input: t.object({ taskId: t.id('task') }),
  output: t.object({ taskId: t.id('task'), leaseUntil: t.moment() }),
  async run({ taskId }, { sql, company, now }, { actor }) {
    const until = new Date(now.getTime() + LEASE_MINUTES * 60_000)
    const [row] = await sql<{ leaseUntil: string }[]>`
      update task
         set assignee_id = ${actor.id}, lease_until = ${until}, version = version + 1
       where company_id = ${company} and id = ${taskId} and ended_at is null
         and (assignee_id is null or assignee_id = ${actor.id} or lease_until is null or lease_until <= ${now})
      returning lease_until`
    if (!row) throw new Refusal('task_claimed', 'This task is done or in someone else’s hands; take the next one.')
    return { taskId, leaseUntil: row.leaseUntil }
  },
})
