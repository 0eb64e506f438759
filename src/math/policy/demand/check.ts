/** Guards of the policy engine: what is wrong is said by name and value, so that a caller can correct it. */
export const atLeast = (name: string, value: number, least: number): void => {
  if (!(Number.isFinite(value) && value >= least))
    throw new RangeError(`${name} must be a number of at least ${least}, not ${value}`)
}
export const above = (name: string, value: number, floor: number): void => {
  if (!(Number.isFinite(value) && value > floor))
    throw new RangeError(`${name} must be a number above ${floor}, not ${value}`)
}
export const whole = (name: string, value: number, least: number): void => {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`)
}
/** Strictly between 0 and 1. */
export const share = (name: string, value: number): void => {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be between 0 and 1, both excluded, not ${value}`)
}
export const some = (name: string, values: { readonly length: number }): void => {
  if (values.length === 0) throw new RangeError(`${name} must not be empty`)
}
