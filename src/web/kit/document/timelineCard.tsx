import '../css/detail.css'
import { instant } from '../data/format.ts'
import { wordOf } from '../parts/status.tsx'

interface Told {
  at: string
  by: string | null
  what: string
  /** Of the row that it happened to, where several stand together. */
  id?: string
}

/** What happened to a document, by whom and when. */
export const TimelineCard = ({ title, events }: { title: string; events: readonly Told[] }) => (
  <section className="card" aria-label="Timeline">
    <div className="card-head">
      <h2>{title}</h2>
    </div>
    <ol className="card-body timeline">
      {events.map((event) => (
        <li key={`${event.at} ${event.what} ${event.id ?? ''}`}>
          <span className="strong">{wordOf(event.what.replace('.', ' '))}</span>
          <span className="quiet push small">{instant(event.at)}</span>
          <span className="quiet small text">{event.by}</span>
        </li>
      ))}
    </ol>
  </section>
)
