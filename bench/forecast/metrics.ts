/** Measures of accuracy by the definitions of the M4 and M5 competitions. `future` and `mean` are of one length. */

/** In per cent, 0 … 200; a period where both are zero is no error. */
export const smape = (future: Float64Array, mean: Float64Array): number => {
  let sum = 0
  for (let h = 0; h < future.length; h += 1) {
    const both = Math.abs(future[h]!) + Math.abs(mean[h]!)
    sum += both > 0 ? (200 * Math.abs(future[h]! - mean[h]!)) / both : 0
  }
  return sum / future.length
}

/** Mean over t of the change since `lag` periods before, to the power given. */
const meanChange = (past: Float64Array, lag: number, power: 1 | 2): number => {
  let sum = 0
  for (let t = lag; t < past.length; t += 1) sum += Math.abs(past[t]! - past[t - lag]!) ** power
  return past.length > lag ? sum / (past.length - lag) : 0
}

/** Absolute error ÷ that of the seasonal naive within the past; 0 where the past never changes. */
export const mase = (past: Float64Array, future: Float64Array, mean: Float64Array, period: number): number => {
  const scale = meanChange(past, period, 1)
  let sum = 0
  for (let h = 0; h < future.length; h += 1) sum += Math.abs(future[h]! - mean[h]!) / future.length
  return scale > 0 ? sum / scale : 0
}

/**
 * Root mean squared scaled error of M5: squared error ÷ that of the naive one period ahead within the past, from the first demand
 * on; null where that past never changes (such series were not in M5).
 */
export const rmsse = (past: Float64Array, future: Float64Array, mean: Float64Array): number | null => {
  const first = past.findIndex((value) => value !== 0)
  const scale = first < 0 ? 0 : meanChange(past.subarray(first), 1, 2)
  let sum = 0
  for (let h = 0; h < future.length; h += 1) sum += (future[h]! - mean[h]!) ** 2 / future.length
  return scale > 0 ? Math.sqrt(sum / scale) : null
}
