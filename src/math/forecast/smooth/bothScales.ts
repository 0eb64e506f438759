/**
 * Mean of a method's forecasts of the series and of its logarithm, where all values are positive: a trend in units and one in
 * per cent. Which of both it is hardly shows in a short past.
 */
export const onBothScales = (y: Float64Array, forecastOf: (y: Float64Array) => Float64Array): Float64Array => {
  const mean = forecastOf(y)
  if (!y.every((value) => value > 1e-3)) return mean
  const logs = forecastOf(y.map(Math.log))
  return mean.map((value, h) => (value + Math.exp(Math.min(logs[h]!, 30))) / 2)
}
