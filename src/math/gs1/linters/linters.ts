import { checkLinters } from './checks.ts'
import { codeLinters } from './codes.ts'
import { couponLinters } from './coupon.ts'
import { dateLinters } from './dates.ts'
import type { Linter } from './linter.ts'
import { shapeLinters } from './shapes.ts'

/** All linters that the dictionary names, by name. */
export const LINTERS: Readonly<Record<string, Linter>> = {
  ...checkLinters,
  ...dateLinters,
  ...codeLinters,
  ...shapeLinters,
  ...couponLinters,
}
