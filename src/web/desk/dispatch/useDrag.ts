import { type DragEvent, useState } from 'react'
import { changeInWords } from './figures.ts'
import { idOf, type Lane, type Picked, type Place, type Target } from './types.ts'

/** A stop on its way over the lanes: what it would change where it hangs, and where it was let go. */
export interface Drag {
  /** Of the stop that is dragged. */
  readonly id: string | null
  readonly over: Target | null
  /** What dropping it there would change, or why it cannot go there. */
  readonly said: string
  /** Handlers of what can be dragged, and of what it can be dropped before. */
  source: (picked: Picked) => object
  target: (lane: Lane, at: number) => object
}
interface Options {
  readonly may: boolean
  readonly places: readonly Place[] | undefined
  readonly currency: string
  readonly lift: (picked: Picked) => void
  readonly drop: (target: Target) => void
}

/** Others before it on that route, when it is put before the stop that is now the `at`-th. */
export const positionOf = (lane: Lane, at: number, id: string): number =>
  (lane.route?.stops ?? []).slice(0, at).filter((stop) => stop.id !== id && !stop.gone).length

export const placeAt = (places: readonly Place[] | undefined, target: Target): Place | undefined =>
  places?.find(({ vehicleId, position }) => vehicleId === target.vehicleId && position === target.position)

/** Of a place that is not among those told: they are on their way, or its route takes nothing. */
export const unknownPlace = (places: readonly Place[] | undefined): string =>
  places === undefined ? 'Reckoning…' : 'Not here: this route cannot be driven as it stands'

export function useDrag({ may, places, currency, lift, drop }: Options): Drag {
  const [id, setId] = useState<string | null>(null)
  const [over, setOver] = useState<Target | null>(null)
  const end = () => {
    setId(null)
    setOver(null)
  }
  const place = over && placeAt(places, over)
  return {
    id,
    over,
    said: !place ? unknownPlace(places) : place.fault ? `Not here: ${place.fault}` : changeInWords(place, currency),
    source: (picked) =>
      may
        ? {
            draggable: true,
            onDragStart: (event: DragEvent) => {
              event.dataTransfer.effectAllowed = 'move'
              event.dataTransfer.setData('text/plain', idOf(picked))
              setId(idOf(picked))
              lift(picked)
            },
            onDragEnd: end,
          }
        : {},
    target: (lane, at) => {
      const target = { vehicleId: lane.vehicleId, position: positionOf(lane, at, id ?? '') }
      const here = over?.vehicleId === target.vehicleId && over.position === target.position
      return {
        'data-over': here || undefined,
        onDragOver: (event: DragEvent) => {
          event.preventDefault()
          if (!here) setOver(target)
        },
        onDrop: (event: DragEvent) => {
          event.preventDefault()
          end()
          drop(target)
        },
      }
    },
  }
}
