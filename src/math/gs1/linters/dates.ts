import type { Linter } from './linter.ts'

const isDigits = (text: string): boolean => /^[0-9]*$/.test(text)

const date = (yearDigits: 2 | 4, dayZero: boolean): Linter => {
  return (data) => {
    const length = yearDigits + 4
    if (data.length < length) return `a date of ${length} digits is too short with ${data.length}`
    if (data.length > length) return `a date of ${length} digits is too long with ${data.length}`
    if (!isDigits(data)) return 'a date has digits only'
    const year = Number(data.slice(0, yearDigits)) + (yearDigits === 2 ? 2000 : 0)
    const month = Number(data.slice(yearDigits, yearDigits + 2))
    const day = Number(data.slice(-2))
    if (month < 1 || month > 12) return `there is no month ${data.slice(yearDigits, yearDigits + 2)}`
    // The years 0 to 99 would be taken for 1900 to 1999; of two digits every fourth year is a leap year in any century near.
    const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
    return day > last || (day === 0 && !dayZero) ? `the month has no day ${data.slice(-2)}` : null
  }
}

const upTo = (most: number, name: string): Linter => {
  return (data) =>
    data.length !== 2 || !isDigits(data)
      ? `${name} has two digits`
      : Number(data) > most
        ? `${data} is no ${name}`
        : null
}
const hour = upTo(23, 'hour')
const minute = upTo(59, 'minute')

export const dateLinters: Readonly<Record<string, Linter>> = {
  yymmdd: date(2, false),
  yymmd0: date(2, true),
  yyyymmdd: date(4, false),
  hh: hour,
  mi: minute,
  ss: upTo(59, 'second'),
  hhmi: (data) =>
    data.length === 4 ? (hour(data.slice(0, 2)) ?? minute(data.slice(2))) : 'a time of day has four digits',
}
