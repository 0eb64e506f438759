/** What a worker does for each item-site of a re-plan: the forecast, and what to have for the time until the next order arrives. */
import { type Calibration, forecast } from '../../src/math/forecast/index.ts'

export const HORIZON = 28
export const PERIOD = 7
/** Days of lead time and review. */
const PROTECTED = 14
const LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99]

export interface Replanned {
  readonly mean: number
  readonly quantiles: readonly number[]
}

export const work = (items: readonly Float64Array[], calibration: Calibration): Replanned[] =>
  items.map((past) => {
    const made = forecast(past, { horizon: HORIZON, period: PERIOD, calibration })
    const window = made.cumulative(0, PROTECTED)
    return { mean: window.mean, quantiles: LEVELS.map((p) => window.quantile(p)) }
  })
