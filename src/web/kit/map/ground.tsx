import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Camera } from './camera.ts'
import { type Bounds, contains, graticule, widen } from './geo.ts'
import { askOutlines, type Detail, type Drawn, detailOf } from './outlines/ask.ts'
import { boundsOfView, onto, path, type View } from './view.ts'

/** What has been drawn for a view still serves one so many times nearer or farther. */
const SERVES = 3
interface Laid {
  readonly view: View
  readonly around: Bounds
  readonly detail: Detail
}
const serves = ({ view, around, detail }: Laid, now: View, seen: Bounds): boolean => {
  const grown = now.scale / view.scale
  return detail === detailOf(now.scale) && contains(around, seen) && grown < SERVES && grown > 1 / SERVES
}

/** Keeps what was laid out for its own view where the camera shows it. */
const useLaid = (camera: Camera, view: View | undefined) => {
  const group = useRef<SVGGElement>(null)
  useLayoutEffect(() => {
    const lay = () => {
      if (view && camera.laid) group.current!.setAttribute('transform', onto(view, camera.laid))
    }
    lay()
    return camera.on('lay', lay)
  }, [camera, view])
  return group
}

function Grid({ camera }: { camera: Camera }) {
  const [laid, setLaid] = useState<(Laid & { d: string }) | null>(null)
  useLayoutEffect(() => {
    let last: Laid | null = null
    const look = () => {
      if (!camera.view) return
      const [view, seen] = [camera.view, boundsOfView(camera.view, camera.size)]
      if (last && serves(last, view, seen)) return
      last = { view, around: widen(seen, 0.5), detail: detailOf(view.scale) }
      setLaid({ ...last, d: path(view, graticule(seen)) })
    }
    look()
    const off = [camera.on('lay', look), camera.on('frame', look)]
    return () => {
      for (const end of off) end()
    }
  }, [camera])
  return (
    <g ref={useLaid(camera, laid?.view)}>
      <path className="grid" d={laid?.d} />
    </g>
  )
}

/** Land, borders and coasts about the view, asked for anew where the view has left them. */
export function Ground({ camera }: { camera: Camera }) {
  const [laid, setLaid] = useState<(Laid & Drawn) | null>(null)
  useEffect(() => {
    let have: Laid | null = null
    let [asked, arrived] = [0, 0]
    let waiting = false
    let gone = false
    let fineKnown = false
    const ask = async (next: Laid) => {
      asked += 1
      const no = asked
      const drawn = await askOutlines(next.detail, next.around, next.view)
      if (gone || !drawn || no < arrived) return
      arrived = no
      fineKnown ||= next.detail === 'fine'
      have = next
      setLaid({ ...next, ...drawn })
    }
    const look = async () => {
      if (!camera.view || waiting) return
      const [view, seen] = [camera.view, boundsOfView(camera.view, camera.size)]
      if (have && serves(have, view, seen)) return
      waiting = true
      const [detail, around] = [detailOf(view.scale), widen(seen, 0.75)]
      // A quarter of the bytes: something to see until the fine ones are there.
      const soon = detail === 'fine' && !fineKnown ? ask({ view, around, detail: 'coarse' }) : undefined
      await ask({ view, around, detail })
      await soon
      waiting = false
    }
    void look()
    const off = [camera.on('frame', look), camera.on('still', look)]
    return () => {
      gone = true
      for (const end of off) end()
    }
  }, [camera])
  return (
    <>
      <g ref={useLaid(camera, laid?.view)}>
        <path className="land" d={laid?.land} fillRule="evenodd" />
        <path className="border" d={laid?.borders} />
        <path className="coast" d={laid?.coasts} />
      </g>
      <Grid camera={camera} />
    </>
  )
}
