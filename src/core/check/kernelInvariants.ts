import type { Invariant, Module } from '../capability.ts'

/** What the one road promises of its own records. Texts are made of names that stand in our source, checked to be plain words. */
const word = (name: string): string => {
  if (!/^[a-zA-Z0-9_.]+$/.test(name)) throw new Error(`${name} is not a plain name`)
  return `'${name}'`
}

/** `(capability, event type)` of all that modules declare under `emits`. */
const declared = (modules: readonly Module[]): string[] =>
  modules.flatMap((m) =>
    Object.entries(m.capabilities).flatMap(([short, capability]) =>
      capability.is === 'command'
        ? (capability.emits ?? []).map((type) => `(${word(`${m.name}.${short}`)}, ${word(type)})`)
        : [],
    ),
  )

export const kernelInvariants = (modules: readonly Module[]): Invariant[] => [
  {
    name: 'road.answers_complete',
    promise: 'Every key that was claimed has its answer.',
    differing: 'select company_id, key, recorded_at from answer where status is null or body is null',
    examined: 'select count(*)::int8 as count from answer',
  },
  {
    name: 'road.audit_is_done_calls',
    promise: 'Each call that was done has one audit row, no other call has any.',
    differing: `
      select answer.company_id, answer.key, answer.status, coalesce(audited.n, 0) as audit_rows
        from answer
        left join (select company_id, key, count(*) as n
                     from audit_event
                    where outcome = 'done'
                    group by company_id, key) audited
          on audited.company_id = answer.company_id and audited.key = answer.key
       where coalesce(audited.n, 0) <> case when answer.status = 200 then 1 else 0 end`,
    examined: 'select count(*)::int8 as count from answer',
  },
  {
    name: 'road.events_have_cause',
    promise: 'Every event was told by a call that was done, and names it.',
    differing: `
      select outbox.company_id, outbox.id, outbox.type, outbox.capability
        from outbox
        left join audit_event cause
          on cause.company_id = outbox.company_id and cause.id = outbox.audit_id and cause.outcome = 'done' and cause.capability = outbox.capability
       where cause.id is null`,
    examined: 'select count(*)::int8 as count from outbox',
  },
  {
    name: 'road.declared_is_told',
    promise: 'Each call that was done told what its command declares (18).',
    differing: `
      select done.company_id, done.id, done.capability, declared.type
        from audit_event done
        join (values ${declared(modules).join(', ')}) declared (capability, type) on declared.capability = done.capability
        left join outbox told on told.company_id = done.company_id and told.audit_id = done.id and told.type = declared.type
       where done.outcome = 'done' and told.id is null`,
    examined: `select count(*)::int8 as count from audit_event where outcome = 'done'`,
  },
]
