import type { Actor } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Day } from './readDay.ts'

export const refusePast = ({ site, day, today }: Day): void => {
  if (day < today)
    throw new Refusal('day_is_over', `${day} is over at ${site.code}: plan today or a day to come.`, 422, [
      { path: 'day', message: `${today} or later` },
    ])
}

/** A route serves many customers: whoever may see some of them only would see it cut, and move the wrong stops. */
export const refuseLimited = ({ parties }: Pick<Actor, 'parties'>): void => {
  if (parties !== null)
    throw new Refusal(
      'whole_routes',
      'Routes are seen whole or not at all: your account is limited to some customers.',
      403,
    )
}
