/** The work of `highs.ts`, in its worker. */
import loadHighs from 'highs'
import type { MixedInteger, SolverAnswer, SolverLimits } from '../../math/numerics/mixedInteger.ts'

// Its types are those of its CommonJS build, where the default is a property; what Node loads is the module itself.
const load = loadHighs as unknown as typeof loadHighs.default
const solver = await load()
const { modelStatus, variableType } = solver.constants

const statusOf = (code: number, found: boolean): SolverAnswer['status'] => {
  if (code === modelStatus.optimal || code === modelStatus.empty) return 'optimal'
  if (code === modelStatus.infeasible || code === modelStatus.unboundedOrInfeasible) return 'infeasible'
  return found || code === modelStatus.timeLimit ? 'limit' : 'failed'
}

const solveOne = (m: MixedInteger, { seconds, gap = 0 }: Omit<SolverLimits, 'signal'>): SolverAnswer =>
  solver.withModel(
    {
      numCols: m.cost.length,
      numRows: m.rowLower.length,
      colCost: m.cost,
      colLower: m.lower,
      colUpper: m.upper,
      rowLower: m.rowLower,
      rowUpper: m.rowUpper,
      integrality: Int32Array.from(m.whole, (one) => (one === 1 ? variableType.integer : variableType.continuous)),
      matrix: {
        format: 'csr',
        numRows: m.rowLower.length,
        numCols: m.cost.length,
        starts: m.starts,
        indices: m.columns,
        values: m.values,
      },
    },
    (model) => {
      model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: gap, mip_abs_gap: 0 })
      if (m.start) model.setSolution({ colValue: m.start })
      model.run()
      // 2: a solution that keeps all rules.
      const found = model.info.get('primal_solution_status') === 2
      const isWhole = m.whole.includes(1)
      const cost = found ? Number(model.info.get('objective_function_value')) : Number.POSITIVE_INFINITY
      const status = statusOf(model.getModelStatus(), found)
      return {
        status,
        values: found ? model.getSolution().colValue : null,
        cost,
        bound: isWhole
          ? Number(model.info.get('mip_dual_bound'))
          : status === 'optimal'
            ? cost
            : Number.NEGATIVE_INFINITY,
      }
    },
  )

export const work = (models: readonly MixedInteger[], limits: Omit<SolverLimits, 'signal'>): SolverAnswer[] =>
  models.map((model) => solveOne(model, limits))
