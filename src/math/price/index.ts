export * from './amount.ts'
export * from './tax.ts'
export * from './taxRule.ts'
export * from './waterfall.ts'
