import { api } from '../../kit/data/api.ts'
import { percent } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { Progress } from '../../kit/parts/states.tsx'

/** While the demo loads in the background: how far it is. All figures on the page fill in as it goes. */
export function DemoLoad() {
  const setup = useRead(api.setup.state, {}, { every: (answer) => (answer?.demo?.running ? 1500 : false) })
  const demo = setup.data?.demo
  if (!demo?.running) return null
  return (
    <section className="card demo-load" aria-label="Sample data">
      <div className="row wrap">
        <span className="strong">Loading the sample company</span>
        <span className="quiet cut">{demo.note}</span>
        <span className="push">{percent((demo.done / Math.max(1, demo.total)) * 1e6, 0)}</span>
      </div>
      <Progress done={demo.done} total={demo.total} label="Sample data loaded" />
    </section>
  )
}
