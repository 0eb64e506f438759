/** ln Γ(x) for x > 0, 1e-15 relative: Lanczos (1964) with g = 7, nine terms. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const y = x - 1
  let sum = LANCZOS[0]!
  for (let k = 1; k < 9; k += 1) sum += LANCZOS[k]! / (y + k)
  const t = y + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Regularised lower incomplete gamma P(a, x): series below a + 1, Lentz' continued fraction above (Abramowitz & Stegun 6.5). */
export const gammaP = (a: number, x: number, logGammaA = logGamma(a)): number => {
  if (x <= 0) return 0
  const front = Math.exp(a * Math.log(x) - x - logGammaA)
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let k = 1; k < 10_000 && term > sum * 1e-15; k += 1) {
      term *= x / (a + k)
      sum += term
    }
    return Math.min(1, sum * front)
  }
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let k = 1; k < 10_000; k += 1) {
    const an = -k * (k - a)
    b += 2
    d = 1 / (an * d + b || 1e-300)
    c = b + an / c || 1e-300
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return Math.max(0, 1 - front * h)
}
