/** Demand forecasts: `forecast` for one series, `calibrate` for the quantiles of many, `trainGlobal` where prices and promotions are known ahead. */
export type { DemandClass } from './classify.ts'
export { calibrate, type Forecast, forecast } from './forecast.ts'
export type { PanelSeries } from './global/features.ts'
export { forecastGlobal, trainGlobal } from './global/globalModel.ts'
export type { SmoothModel } from './smooth/combine.ts'
