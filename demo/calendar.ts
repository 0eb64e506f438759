/** Moves the file's months to the present by whole weeks, so that every Monday stays a Monday. */

const DAY = 86_400_000
const dayNumber = (day: string) => Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY)
const dayText = (n: number) => new Date(n * DAY).toISOString().slice(0, 10)

/** Days from `day` on or before which is a Sunday. 1970-01-01 was a Thursday. */
export const sundayOnOrBefore = (day: string): string => dayText(dayNumber(day) - ((dayNumber(day) + 4) % 7))

/** Whole weeks that bring the last day of the file to the last Sunday before `today` (on a Sunday: to that day before). */
export function weeksToShift(lastDay: string, today: string): number {
  const target = dayNumber(sundayOnOrBefore(dayText(dayNumber(today) - 1)))
  return Math.floor((target - dayNumber(sundayOnOrBefore(lastDay))) / 7)
}

/** `2011-06-06T09:15:00` + 800 weeks; the time of day stays. */
export const shiftWeeks = (at: string, weeks: number): string => dayText(dayNumber(at) + 7 * weeks) + at.slice(10)

/** Local wall time of a zone → UTC. A time that is skipped in spring is taken an hour later, one that is doubled in autumn the first. */
export function utcOf(local: string, zone: string): Date {
  const wall = Date.parse(`${local}Z`)
  const offset = (ms: number) => {
    const parts = Object.fromEntries(
      formatOf(zone)
        .formatToParts(ms)
        .map(({ type, value }) => [type, Number(value)]),
    )
    return (
      Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second) -
      Math.floor(ms / 1000) * 1000
    )
  }
  const early = wall - offset(wall - DAY)
  const late = wall - offset(wall + DAY)
  const first = Math.min(early, late)
  return new Date(first + offset(first) === wall ? first : Math.max(early, late))
}

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const numeric = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric })
  formats.set(zone, format)
  return format
}

export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from)
export const addDays = (day: string, days: number): string => dayText(dayNumber(day) + days)
