import type { Component } from '../dictionary/parse.ts'

/** The 82 signs of AI data, in the order that gives each its value (General Specifications §7.11). */
export const CSET_82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`

const SETS: Readonly<Record<Exclude<Component['set'], 'Z'>, readonly [set: ReadonlySet<string>, name: string]>> = {
  N: [new Set('0123456789'), 'a digit'],
  X: [new Set(CSET_82), 'one of the 82 signs of GS1'],
  Y: [new Set('#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 'one of the 39 signs of GS1 (capitals, digits, #, -, /)'],
}

/** Base64url, with padding or without: with it the whole is a multiple of three, as the official linter counts. */
const base64url = (data: string): string | null => {
  const [, body = '', pads = ''] = /^([^=]*)(=*)$/.exec(data) ?? [null, data, '']
  if (pads.length > 2 || (pads.length > 0 && data.length % 3 !== 0)) return 'the padding of base64url is wrong'
  const wrong = [...body].find((sign) => !/[A-Za-z0-9_-]/.test(sign))
  return wrong === undefined ? null : `${JSON.stringify(wrong)} is no sign of base64url`
}

/** What is wrong with the signs of a component; null: nothing. */
export const wrongSigns = (set: Component['set'], data: string): string | null => {
  if (set === 'Z') return base64url(data)
  const [allowed, name] = SETS[set]
  const wrong = [...data].find((sign) => !allowed.has(sign))
  return wrong === undefined ? null : `${JSON.stringify(wrong)} is not ${name}`
}
