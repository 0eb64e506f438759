/** Complementary error function, relative error below 1.2e-7 (Numerical Recipes, §6.2: a Chebyshev fit), then the normal distribution. */
const erfc = (x: number): number => {
  const t = 1 / (1 + 0.5 * Math.abs(x))
  const c = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  ]
  let poly = c[0]!
  for (let i = 1; i < c.length; i += 1) poly = poly * t + c[i]!
  const value = t * Math.exp(-x * x - 1.26551223 + t * poly)
  return x >= 0 ? value : 2 - value
}

export const normalCdf = (z: number): number => 0.5 * erfc(-z / Math.SQRT2)

const NEAR = 0.02425
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
]
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572]
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416]

const horner = (c: readonly number[], x: number): number => c.reduce((sum, one) => sum * x + one, 0)

/** Quantile of the standard normal distribution (Acklam's rational approximation, relative error below 1.2e-9); p in (0, 1). */
export const normalQuantile = (p: number): number => {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p < NEAR || p > 1 - NEAR) {
    const q = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)))
    const tail = horner(C, q) / (horner(D, q) * q + 1)
    return p < NEAR ? tail : -tail
  }
  const q = p - 0.5
  const r = q * q
  return (horner(A, r) * q) / (horner(B, r) * r + 1)
}
