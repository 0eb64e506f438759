import { api } from '../../kit/data/api.ts'
import { useMay } from '../../kit/data/session.ts'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { transferColumns } from './transferColumns.tsx'

/** Goods between our own sites: what is asked for, on the road, there, and what was lost on the way. */
export function Transfers() {
  const may = useMay()
  const navigate = useNavigate()
  const mayEnter = may('stock.transfer')
  useCommands(
    mayEnter
      ? [
          { id: 'new-transfer', title: 'New transfer', keys: 'n', run: () => navigate(linkTo('/transfers/new')) },
          {
            id: 'choose-source',
            title: 'Choose a source: transfer or buy',
            keys: 's',
            run: () => navigate(linkTo('/transfers/choose')),
          },
        ]
      : [],
  )
  return (
    <ListPage
      title="Transfers"
      screen="transfers"
      call={api.stock.transfers}
      input={() => ({})}
      columns={transferColumns}
      example="status:in_transit to:LEE lost>0…"
      open={(row) => `/transfers/${row.id}`}
      actions={
        mayEnter && (
          <>
            <LinkButton {...linkTo('/transfers/choose')} hotkey="S">
              Choose a source
            </LinkButton>
            <LinkButton {...linkTo('/transfers/new')} look="primary" hotkey="N">
              New transfer
            </LinkButton>
          </>
        )
      }
      empty={(filter) => (
        <Empty action={mayEnter && <LinkButton {...linkTo('/transfers/new')}>New transfer</LinkButton>}>
          {filter ? `No transfer fits “${filter}”.` : 'Nothing has gone from one site to another yet.'}
        </Empty>
      )}
    />
  )
}
