/**
 * Working days of a site in its own zone of time. Days are `YYYY-MM-DD`; arithmetic on them is on calendar days, so no
 * clock change can add or lose one.
 */
export interface SiteCalendar {
  /** IANA name. */
  readonly zone: string
  /** Minutes after midnight, local: from then on an order ships the next working day. */
  readonly cutoffMinutes: number
  /** ISO weekdays, 1 = Monday. */
  readonly workDays: readonly number[]
  readonly holidays: ReadonlySet<string>
}
const DAY_MS = 86_400_000
/** A year of holidays in a row is a calendar filled in wrongly, not a holiday. */
const MOST_DAYS = 3_660

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

export const isZone = (zone: string): boolean => {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** Calendar day and minutes after midnight at a place. */
export const localTime = (zone: string, moment: Date): { day: string; minutes: number } => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  )
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
  }
}
/** The same in SQL, over a row `site`: a list of several sites has several days. */
export const localDaySql = (now: Date): string => `(timestamptz '${now.toISOString()}' at time zone site.zone)::date`
export const localDay = (zone: string, moment: Date): string => localTime(zone, moment).day

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS
const dayOfNumber = (n: number): string => new Date(n * DAY_MS).toISOString().slice(0, 10)
/** 1970-01-01 was a Thursday. */
const weekdayOf = (n: number): number => ((((n + 3) % 7) + 7) % 7) + 1

export const addDays = (day: string, days: number): string => dayOfNumber(dayNumber(day) + days)
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from)
export const weekday = (day: string): number => weekdayOf(dayNumber(day))

type WorkDays = Pick<SiteCalendar, 'workDays' | 'holidays'>
const works = ({ workDays, holidays }: WorkDays, n: number): boolean =>
  workDays.includes(weekdayOf(n)) && !holidays.has(dayOfNumber(n))

export const isWorkDay = (calendar: WorkDays, day: string): boolean => works(calendar, dayNumber(day))

/** This day if it is worked, else the next (back: the one before) that is. */
export const workDayFrom = (calendar: WorkDays, day: string, step: 1 | -1 = 1): string => {
  let n = dayNumber(day)
  for (let tried = 0; tried < MOST_DAYS; tried += 1, n += step) if (works(calendar, n)) return dayOfNumber(n)
  throw new RangeError('no working day in ten years')
}

/** `days` working days on (back when negative); 0 is this day or the next worked one. */
export const addWorkDays = (calendar: WorkDays, day: string, days: number): string => {
  const step = days < 0 ? -1 : 1
  let at = workDayFrom(calendar, day, step)
  for (let left = Math.abs(days); left > 0; left -= 1) at = workDayFrom(calendar, addDays(at, step), step)
  return at
}

/** The day on which what is released at `moment` ships: today before the cut-off of a worked day, else the next one. */
export const shipDay = (calendar: SiteCalendar, moment: Date): string => {
  const { day, minutes } = localTime(calendar.zone, moment)
  const open = minutes < calendar.cutoffMinutes && isWorkDay(calendar, day)
  return open ? day : workDayFrom(calendar, addDays(day, 1))
}
