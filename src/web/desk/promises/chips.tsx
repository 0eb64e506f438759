import type { View } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'

const flags = [
  {
    word: 'late',
    label: 'Late',
    says: 'waits for a supply beyond the day asked for, or comes later than was said first',
  },
  { word: 'short', label: 'Without supply', says: 'nothing in sight covers a part of it' },
  { word: 'risk', label: 'At risk', says: 'a supply behind the promise is overdue' },
  { word: 'unfrozen', label: 'May move', says: 'outside the frozen zone: the next re-plan may move it' },
] as const

/** What is looked for most: each is a word of the filter, so the address shows it too. */
export function Chips({ view, change }: { view: View; change: (c: Partial<View>) => void }) {
  const words = view.filter.split(/\s+/).filter(Boolean)
  return (
    <>
      {flags.map(({ word, label, says }) => {
        const asked = `${word}:yes`
        const on = words.includes(asked)
        return (
          <Button
            key={word}
            small
            className={`button small choice`}
            aria-pressed={on}
            title={says}
            onClick={() => change({ filter: (on ? words.filter((w) => w !== asked) : [...words, asked]).join(' ') })}
          >
            {label}
          </Button>
        )
      })}
    </>
  )
}
