import { Answer } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { type Module, usePermissions } from './permissions.ts'

interface Props {
  chosen: readonly string[]
  set: (patterns: string[]) => void
}

/** Permissions by module; the whole module is one pattern (`sales.*`), everything is another (`*`). */
export function PermissionPicker({ chosen, set }: Props) {
  const known = usePermissions()
  const toggle = (pattern: string, on: boolean) =>
    set(on ? [...chosen, pattern] : chosen.filter((other) => other !== pattern))
  return (
    <fieldset className="choices one">
      <legend>May do</legend>
      <label>
        <input type="checkbox" checked={chosen.includes('*')} onChange={(e) => toggle('*', e.target.checked)} />
        Everything, also what comes later
      </label>
      {!chosen.includes('*') && (
        <Answer query={known}>
          {(modules) => (
            <>
              {modules.map((module) => (
                <Of key={module.name} module={module} chosen={chosen} toggle={toggle} set={set} />
              ))}
            </>
          )}
        </Answer>
      )}
    </fieldset>
  )
}

function Of({
  module,
  chosen,
  toggle,
  set,
}: Props & { module: Module; toggle: (pattern: string, on: boolean) => void }) {
  const all = `${module.name}.*`
  const whole = chosen.includes(all)
  const some = chosen.filter((p) => p.startsWith(`${module.name}.`))
  return (
    <details className="wide" open={some.length > 0 && !whole}>
      <summary>
        {wordOf(module.name)}{' '}
        <span className="quiet small">
          {whole ? 'all' : some.length ? `${some.length} of ${module.permissions.length}` : 'nothing'}
        </span>
      </summary>
      <label>
        <input
          type="checkbox"
          checked={whole}
          onChange={(e) =>
            set(e.target.checked ? [...chosen.filter((p) => !some.includes(p)), all] : chosen.filter((p) => p !== all))
          }
        />
        All of it
      </label>
      {!whole &&
        module.permissions.map(({ name, opens }) => (
          <label key={name} title={opens.join('\n')}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={(e) => toggle(name, e.target.checked)} />
            <span className="mono">{name}</span>
            <span className="quiet small cut">{opens.join(' · ')}</span>
          </label>
        ))}
    </details>
  )
}
