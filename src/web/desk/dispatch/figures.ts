import { count, money } from '../../kit/data/format.ts'

/** Seconds after midnight → "08:05"; of the next day "+1 00:30". */
export const clock = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60)
  const [day, rest] = [Math.floor(minutes / 1440), minutes % 1440]
  const text = `${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`
  return day > 0 ? `+${day} ${text}` : text
}
const tenths = (value: number): string =>
  Math.abs(value) < 100 ? (Math.round(value * 10) / 10).toFixed(1) : count(Math.round(value))
export const km = (metres: number): string => `${tenths(metres / 1_000)} km`
export const kg = (grams: number): string => `${tenths(grams / 1_000)} kg`

const signed = (value: number, text: (abs: number) => string): string =>
  value === 0 ? `±${text(0)}` : `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`

/** What a move changes, in words: "+4.2 km · +9 min · +£6.10 · +1.1 kg CO₂e". */
export const changeInWords = (
  change: {
    readonly metres: number
    readonly seconds: number
    readonly costMinor: number | null
    readonly ttwG: number | null
    readonly wtwG: number | null
  },
  currency: string,
): string =>
  [
    signed(change.metres, km),
    signed(Math.round(change.seconds / 60), (minutes) => `${minutes} min`),
    ...(change.costMinor === null ? [] : [signed(change.costMinor, (minor) => money(minor, currency))]),
    gasInWords(change),
  ].join(' · ')

/** Well to wheel where it is known, else what leaves the exhaust, by its name. */
const gasInWords = ({ ttwG, wtwG }: { readonly ttwG: number | null; readonly wtwG: number | null }): string => {
  const grams = wtwG ?? ttwG
  return grams === null ? 'CO₂e not known' : `${signed(grams, kg)} CO₂e ${wtwG === null ? 'TTW' : 'WTW'}`
}

/** Told apart in both schemes and by most eyes; lanes carry their names beside them. */
const COLOURS = ['#2563eb', '#0b8043', '#c2410c', '#7c3aed', '#0e7490', '#be185d', '#8a6100', '#b3211b']
export const colourOf = (lane: number): string => COLOURS[lane % COLOURS.length]!
