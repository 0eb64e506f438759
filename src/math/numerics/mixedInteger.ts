/**
 * A mixed-integer linear programme, to be made as small as can be, and whoever solves one. Engines build the programme and take the
 * solver as a function, so that mathematics stays free of packages, threads and clocks.
 */
export interface MixedInteger {
  /** By column: what one of it costs; least and most; whether it is whole. */
  readonly cost: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly whole: Uint8Array
  /** By row: what it comes to at least and at most. */
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  /** Rows of the matrix: where each begins (and the end of the last), columns, values. */
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
  /** A solution to begin with. */
  readonly start?: Float64Array
}
export interface SolverLimits {
  /** Of the clock on the wall. */
  readonly seconds: number
  /** Part of the cost by which the answer may miss the best. */
  readonly gap?: number
  /** Ends the solver; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}
export interface SolverAnswer {
  readonly status: 'optimal' | 'limit' | 'infeasible' | 'failed'
  /** By column; null: no solution was found. */
  readonly values: Float64Array | null
  readonly cost: number
  /** Nothing costs less; −Infinity: nothing is known. */
  readonly bound: number
}
export type Solver = (model: MixedInteger, limits: SolverLimits) => Promise<SolverAnswer>
