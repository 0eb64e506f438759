/** What each case gets, and what most of them do with it. */
import { join } from 'node:path'
import { launch, stopInOrder } from './launch.ts'

export type Room = {
  /** A clone with packages that the cases share; each uses its own DATA_DIR. */
  shared: string
  /** A new, empty folder of this case's own. */
  folder: string
  port: number
}
export class NotRun extends Error {}
export type Case = { name: string; try(room: Room): Promise<string> }

export const data = (room: Room) => join(room.folder, 'data')
export const env = (room: Room, more: Record<string, string> = {}) => ({ DATA_DIR: data(room), ...more })

/** Starts, looks, stops; answers the milliseconds until ready. */
export const once = async (room: Room, more: Record<string, string> = {}) => {
  const app = launch(room.shared, room.port, { env: env(room, more) })
  const ms = await app.ready()
  await stopInOrder(app, data(room))
  return ms
}
