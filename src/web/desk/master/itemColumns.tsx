import type { Column } from '../../kit/grid/grid.tsx'

/** How a list names an item: its number and what it is. */
export const itemColumns = (): Column<{ sku: string; description: string }>[] => [
  {
    key: 'sku',
    title: 'Item',
    width: '104px',
    sort: 'sku',
    phone: 'second',
    cell: (r) => <span className="mono">{r.sku}</span>,
    text: (r) => r.sku,
  },
  {
    key: 'description',
    title: 'Description',
    width: 'minmax(180px, 1fr)',
    sort: 'description',
    phone: 'first',
    cell: (r) => r.description,
    text: (r) => r.description,
  },
]
