import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMe } from '../../kit/data/session.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { FindItem, type FoundItem } from '../master/find.tsx'

/** Of an item, a category or everything: so many units, or a part, for one channel until a day. */
export function FenceDialog({
  channels,
  close,
}: {
  channels: readonly { id: string; name: string }[]
  close: () => void
}) {
  const { sites } = useMe()
  const [item, setItem] = useState<FoundItem | null>(null)
  const save = useCommand(api.promise.saveFences, { quiet: true, said: 'Kept from now on', done: close })
  const schema = {
    properties: {
      channelId: {
        title: 'Channel',
        enum: channels.map((one) => one.id),
        'x-words': Object.fromEntries(channels.map((one) => [one.id, one.name])),
        default: channels[0]?.id ?? '',
      },
      siteId: {
        title: 'Site',
        enum: ['', ...sites.map((one) => one.id)],
        'x-words': { '': 'Every site', ...Object.fromEntries(sites.map((one) => [one.id, one.name])) },
      },
      category: { title: 'Or of a category', maxLength: 60 },
      percent: {
        type: 'integer' as const,
        title: 'Part, in per cent',
        description: 'of what is free now and of all that comes in',
        minimum: 1,
        maximum: 100,
      },
      qty: { type: 'integer' as const, title: 'Or so many units', minimum: 1, maximum: 1_000_000_000 },
      releaseOn: {
        title: 'Open to all on',
        format: 'date' as const,
        description: 'Left empty: until someone opens it',
      },
      daysBefore: { type: 'integer' as const, title: 'Or so many days before', minimum: 0, maximum: 365 },
    },
    required: ['channelId'],
  }
  return (
    <Dialog label="Keep stock for a channel" close={close}>
      <div className="dialog-body">
        <h2>Keep stock for a channel</h2>
        {channels.length === 0 ? (
          <Empty>There are no channels yet: they are saved by import or API.</Empty>
        ) : (
          <>
            <p className="quiet">
              Orders of the channel use it first, then what is free to all. Nobody else gets it. What is promised
              already stays promised.
            </p>
            <FindItem hint="Left empty: a category, or every item" value={item} onChange={setItem} autoFocus />
            <Form
              schema={schema}
              action="Keep it"
              busy={save.busy}
              error={save.error}
              onSubmit={({ channelId, siteId, category, percent, qty, releaseOn, daysBefore }) =>
                save.run({
                  fences: [
                    {
                      channelId: String(channelId),
                      ...(siteId && { siteId: String(siteId) }),
                      ...(item && { itemId: item.id }),
                      ...(category && { category: String(category) }),
                      ...(percent !== undefined && { percentPpm: Number(percent) * 10_000 }),
                      ...(qty !== undefined && { qty: Number(qty) }),
                      ...(releaseOn && { releaseOn: String(releaseOn) }),
                      ...(daysBefore !== undefined && { daysBefore: Number(daysBefore) }),
                    },
                  ],
                })
              }
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
