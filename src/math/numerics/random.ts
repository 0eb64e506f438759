/** Seeded randomness of the simulator: the same seed gives the same run on every machine. */
export interface Random {
  /** Uniform on (0, 1). */
  uniform(): number
  normal(): number
  /** Gamma with the given mean and coefficient of variation; the mean itself for cv 0. */
  gamma(mean: number, cv: number): number
}

/** splitmix32 (Steele, Lea & Flood 2014, in 32 bits). @param seed any numbers: an item's and a run's seed give streams of their own. */
export const seededRandom = (...seed: number[]): Random => {
  let state = 0x9e3779b9
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    let z = state ^ (state >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  for (const one of seed) {
    state = (state ^ Math.imul(one | 0, 0x85ebca6b)) | 0
    state = next()
  }
  const uniform = (): number => (next() + 0.5) / 4294967296
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  return {
    uniform,
    normal,
    // Marsaglia & Tsang (2000), ACM TOMS 26(3); below shape 1 by the power of a uniform.
    gamma: (mean, cv) => {
      if (cv === 0 || mean === 0) return mean
      const shape = 1 / (cv * cv)
      const d = (shape < 1 ? shape + 1 : shape) - 1 / 3
      const c = 1 / Math.sqrt(9 * d)
      for (;;) {
        const z = normal()
        const v = (1 + c * z) ** 3
        if (v <= 0 || Math.log(uniform()) >= 0.5 * z * z + d - d * v + d * Math.log(v)) continue
        const boost = shape < 1 ? uniform() ** (1 / shape) : 1
        return (d * v * boost * mean) / shape
      }
    },
  }
}
