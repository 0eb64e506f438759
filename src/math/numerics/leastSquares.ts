/**
 * Ridge regression by the normal equations and Cholesky's factorisation. `columns`: k columns of n values; `ridge` is added to
 * the diagonal (relative to its mean), so that a dependent column does no harm. Returns k coefficients.
 */
export const leastSquares = (columns: readonly Float64Array[], y: Float64Array, ridge = 1e-9): Float64Array => {
  const k = columns.length
  const n = y.length
  const a = new Float64Array(k * k)
  const b = new Float64Array(k)
  for (let i = 0; i < k; i += 1) {
    const left = columns[i]!
    for (let j = 0; j <= i; j += 1) {
      const right = columns[j]!
      let sum = 0
      for (let t = 0; t < n; t += 1) sum += left[t]! * right[t]!
      a[i * k + j] = sum
    }
    let sum = 0
    for (let t = 0; t < n; t += 1) sum += left[t]! * y[t]!
    b[i] = sum
  }
  let trace = 0
  for (let i = 0; i < k; i += 1) trace += a[i * k + i]! / k
  for (let i = 0; i < k; i += 1) a[i * k + i]! += ridge * trace + 1e-300
  for (let i = 0; i < k; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * k + j]!
      for (let m = 0; m < j; m += 1) sum -= a[i * k + m]! * a[j * k + m]!
      a[i * k + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / a[j * k + j]!
    }
  for (let i = 0; i < k; i += 1) {
    let sum = b[i]!
    for (let m = 0; m < i; m += 1) sum -= a[i * k + m]! * b[m]!
    b[i] = sum / a[i * k + i]!
  }
  for (let i = k - 1; i >= 0; i -= 1) {
    let sum = b[i]!
    for (let m = i + 1; m < k; m += 1) sum -= a[m * k + i]! * b[m]!
    b[i] = sum / a[i * k + i]!
  }
  return b
}
