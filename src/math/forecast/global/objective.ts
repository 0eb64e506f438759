/** Losses of the booster: gradient and second derivative by raw score, and how a raw score becomes a prediction. */
export type Objective =
  | { readonly kind: 'squared' }
  | { readonly kind: 'poisson' }
  /** Variance ∝ mean^power, 1 < power < 2: many zeros, then a long tail. */
  | { readonly kind: 'tweedie'; readonly power: number }
  | { readonly kind: 'quantile'; readonly p: number }

interface Loss {
  readonly link: 'identity' | 'log'
  gradient(score: number, y: number): number
  hessian(score: number, y: number): number
  /** Deviance up to a constant; what early stopping watches. */
  value(score: number, y: number): number
}

export const lossOf = (objective: Objective): Loss => {
  if (objective.kind === 'squared')
    return { link: 'identity', gradient: (f, y) => f - y, hessian: () => 1, value: (f, y) => 0.5 * (f - y) ** 2 }
  if (objective.kind === 'poisson')
    return {
      link: 'log',
      gradient: (f, y) => Math.exp(f) - y,
      hessian: (f) => Math.exp(f),
      value: (f, y) => Math.exp(f) - y * f,
    }
  if (objective.kind === 'tweedie') {
    const rho = objective.power
    if (!(rho > 1 && rho < 2)) throw new RangeError(`the power of a Tweedie loss is between 1 and 2, not ${rho}`)
    return {
      link: 'log',
      gradient: (f, y) => Math.exp((2 - rho) * f) - y * Math.exp((1 - rho) * f),
      hessian: (f, y) => (2 - rho) * Math.exp((2 - rho) * f) + (rho - 1) * y * Math.exp((1 - rho) * f),
      value: (f, y) => Math.exp((2 - rho) * f) / (2 - rho) + (y * Math.exp((1 - rho) * f)) / (rho - 1),
    }
  }
  const { p } = objective
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile loss is between 0 and 1, not ${p}`)
  return {
    link: 'identity',
    gradient: (f, y) => (y > f ? -p : 1 - p),
    hessian: () => 1,
    value: (f, y) => (y > f ? p * (y - f) : (1 - p) * (f - y)),
  }
}
