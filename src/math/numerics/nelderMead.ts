/** Downhill simplex of Nelder & Mead (1965) with the adaptive coefficients of Gao & Han (2012). Deterministic, derivative-free. */
export interface SimplexLimits {
  readonly evaluations: number
  /** Ends when best and worst corner differ by less than this (absolute, in units of the objective). */
  readonly tolerance: number
}

/**
 * Minimises `f` from `x` with first steps `step` (both of length n). A point outside its domain returns Infinity. `x` is
 * overwritten with the best point; returned is its value.
 */
export const nelderMead = (
  f: (x: Float64Array) => number,
  x: Float64Array,
  step: Float64Array,
  { evaluations, tolerance }: SimplexLimits,
): number => {
  const n = x.length
  if (n === 0) return f(x)
  const corner: Float64Array[] = []
  const value = new Float64Array(n + 1)
  for (let i = 0; i <= n; i += 1) {
    const point = Float64Array.from(x)
    if (i > 0) point[i - 1]! += step[i - 1]!
    let found = f(point)
    if (i > 0 && found === Infinity) {
      point[i - 1] = x[i - 1]! - step[i - 1]!
      found = f(point)
    }
    corner.push(point)
    value[i] = found
  }
  let used = n + 1
  const expand = n > 1 ? 1 + 2 / n : 2
  const contract = n > 1 ? 0.75 - 0.5 / n : 0.5
  const shrink = n > 1 ? 1 - 1 / n : 0.5
  const sum = new Float64Array(n)
  const trial = new Float64Array(n)
  const second = new Float64Array(n)
  /** centre + by × (centre − worst) */
  const along = (into: Float64Array, worst: Float64Array, by: number): number => {
    for (let j = 0; j < n; j += 1) {
      const centre = (sum[j]! - worst[j]!) / n
      into[j] = centre + by * (centre - worst[j]!)
    }
    used += 1
    return f(into)
  }
  const resum = (): void => {
    sum.fill(0)
    for (const point of corner) for (let j = 0; j < n; j += 1) sum[j]! += point[j]!
  }
  const replace = (at: number, point: Float64Array, found: number): void => {
    const old = corner[at]!
    for (let j = 0; j < n; j += 1) {
      sum[j]! += point[j]! - old[j]!
      old[j] = point[j]!
    }
    value[at] = found
  }
  resum()
  while (used < evaluations) {
    let best = 0
    let worst = 0
    for (let i = 1; i <= n; i += 1) {
      if (value[i]! < value[best]!) best = i
      if (value[i]! > value[worst]!) worst = i
    }
    if (!(value[worst]! - value[best]! > tolerance)) break
    let next = best
    for (let i = 0; i <= n; i += 1) if (i !== worst && value[i]! > value[next]!) next = i
    const bad = corner[worst]!
    const reflected = along(trial, bad, 1)
    if (reflected < value[best]!) {
      const expanded = along(second, bad, expand)
      if (expanded < reflected) replace(worst, second, expanded)
      else replace(worst, trial, reflected)
    } else if (reflected < value[next]!) {
      replace(worst, trial, reflected)
    } else {
      const outside = reflected < value[worst]!
      const contracted = along(second, bad, outside ? contract : -contract)
      if (contracted < (outside ? reflected : value[worst]!)) replace(worst, second, contracted)
      else {
        const low = corner[best]!
        for (let i = 0; i <= n; i += 1) {
          if (i === best) continue
          const point = corner[i]!
          for (let j = 0; j < n; j += 1) point[j] = low[j]! + shrink * (point[j]! - low[j]!)
          value[i] = f(point)
          used += 1
        }
        resum()
      }
    }
  }
  let best = 0
  for (let i = 1; i <= n; i += 1) if (value[i]! < value[best]!) best = i
  x.set(corner[best]!)
  return value[best]!
}
