/**
 * Named places where a fault run may kill the process. Switched on by ENTREPOT_STOP_AT (a name, or `name:3` for the
 * third passage); production start refuses the variable, so the check costs one comparison there.
 */
export const stopPoints = [
  'before_run',
  'before_commit',
  'after_commit_before_reply',
  'after_reply',
  'relay_before_send',
  'relay_after_send_before_mark',
  'job_mid',
  'migrate_mid',
  'import_mid_chunk',
  'backup_mid',
] as const
export type StopPoint = (typeof stopPoints)[number]

const [wanted, passage = '1'] = (process.env.ENTREPOT_STOP_AT ?? '').split(':')
let left = Number(passage)

export const stopPoint = (name: StopPoint): void => {
  if (wanted !== name) return
  left -= 1
  if (left <= 0) process.kill(process.pid, 'SIGKILL')
}
