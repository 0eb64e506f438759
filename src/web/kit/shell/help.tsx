import '../css/detail.css'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { keyWords, useAllCommands } from './keys.ts'

const always: readonly [string, string][] = [
  ['↓ ↑', 'Next and former row'],
  ['Enter', 'Open the row'],
  ['Ctrl C', 'Copy the list to a spreadsheet'],
  ['Esc', 'Close, or leave a cell as it was'],
  ['Tab / Enter in lines', 'Next cell / next line'],
  ['Ctrl V in lines', 'Paste rows of a spreadsheet as lines'],
]

/** `?`: every key that works here. */
export function Help({ close }: { close: () => void }) {
  const commands = useAllCommands().filter((c) => c.keys)
  return (
    <Dialog label="Keys" close={close} submit={close} foot={<Button type="submit">Close</Button>}>
      <div className="dialog-body">
        <h2>Keys on this page</h2>
        <dl className="facts">
          {commands.map((c) => (
            <div key={c.id} style={{ display: 'contents' }}>
              <dt>
                <kbd>{keyWords(c.keys ?? '')}</kbd>
              </dt>
              <dd>{c.title}</dd>
            </div>
          ))}
          {always.map(([keys, title]) => (
            <div key={keys} style={{ display: 'contents' }}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{title}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  )
}
