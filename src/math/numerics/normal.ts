/** The standard normal distribution. */
const ROOT_2_PI = Math.sqrt(2 * Math.PI)

export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / ROOT_2_PI

/** Upper tail for z ≥ 3 by Laplace's continued fraction of Mills' ratio: 1 − Φ would cancel there. */
const upperTail = (z: number): number => {
  let ratio = z
  for (let k = 60; k >= 1; k -= 1) ratio = z + k / ratio
  return normalDensity(z) / ratio
}

/** Φ(z), the standard normal distribution function, to 1e-15 absolute. Series: Marsaglia (2004), J. Stat. Software 11(4). */
export const normalCdf = (z: number): number => {
  if (z < -3) return upperTail(-z)
  if (z > 3) return 1 - upperTail(z)
  let term = z
  let sum = z
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (z * z) / k
    sum += term
  }
  return 0.5 + sum * normalDensity(z)
}

/** Φ⁻¹(p). Start: Abramowitz & Stegun 26.2.23; then Halley's steps to machine precision. @throws RangeError unless 0 < p < 1. */
export const normalQuantile = (p: number): number => {
  if (!(p > 0 && p < 1)) throw new RangeError(`probability must be between 0 and 1, both excluded, not ${p}`)
  if (p > 0.5) return -normalQuantile(1 - p)
  const t = Math.sqrt(-2 * Math.log(p))
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for (let step = 0; step < 4; step += 1) {
    const off = (normalCdf(z) - p) / normalDensity(z)
    z -= off / (1 + (z * off) / 2)
  }
  return z
}

/** Standard normal loss E[(Z − z)⁺] = φ(z) − z(1 − Φ(z)). */
export const normalLoss = (z: number): number =>
  z > 3 ? normalDensity(z) - z * upperTail(z) : normalDensity(z) - z * (1 - normalCdf(z))
