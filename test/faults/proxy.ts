/**
 * A TCP proxy between the app and its database (or a webhook receiver) that misbehaves on demand. Listens on a port of
 * 127.0.0.1; behind it is a socket path or a port.
 */
import { connect, createServer, type Socket } from 'node:net'

export type Mode =
  | { kind: 'pass' }
  | { kind: 'delay'; ms: number }
  /** Half-open: bytes vanish both ways, sockets stay up. */
  | { kind: 'silent' }
  /** Living connections are reset, new ones too. */
  | { kind: 'reset' }
  /** Each connection is cut after so many bytes from the server. */
  | { kind: 'cut'; bytes: number }
  /** Of the client messages that hold `after`, the answer to one in `every` (1) is swallowed and the connection cut, so many `times` (1). */
  | { kind: 'replyLost'; after: string; every?: number; times?: number }

export interface FaultProxy {
  readonly port: number
  set(mode: Mode): void
  /** Times a reply was lost or a connection cut so far. */
  broken(): number
  close(): Promise<void>
}

/** A line that lost a byte is dead for good: no real one goes on with a hole in it. */
interface Pair {
  readonly near: Socket
  readonly far: Socket
  dead: boolean
}

export const startProxy = async (target: { path: string } | { host: string; port: number }): Promise<FaultProxy> => {
  let mode: Mode = { kind: 'pass' }
  let broken = 0
  let met = 0
  const pairs = new Set<Pair>()
  const cut = (pair: Pair) => {
    pairs.delete(pair)
    pair.near.resetAndDestroy()
    pair.far.destroy()
  }
  const later = (socket: Socket, bytes: Buffer) => {
    if (mode.kind === 'delay') setTimeout(() => socket.writable && socket.write(bytes), mode.ms)
    else socket.write(bytes)
  }

  const server = createServer({ noDelay: true }, (near) => {
    if (mode.kind === 'reset') return void near.resetAndDestroy()
    const far = connect(target as { path: string })
    const pair: Pair = { near, far, dead: false }
    pairs.add(pair)
    let answered = 0
    let swallowing = false
    const vanishes = () => {
      if (mode.kind === 'silent') pair.dead = true
      return pair.dead
    }
    near.on('data', (bytes) => {
      if (vanishes()) return
      if (mode.kind === 'replyLost' && bytes.includes(mode.after)) {
        met += 1
        if (met % (mode.every ?? 1) === 0) {
          swallowing = true
          const left = (mode.times ?? 1) - 1
          mode = left > 0 ? { ...mode, times: left } : { kind: 'pass' }
        }
      }
      later(far, bytes)
    })
    far.on('data', (bytes) => {
      if (vanishes()) return
      answered += bytes.length
      if (swallowing || (mode.kind === 'cut' && answered > mode.bytes)) {
        broken += 1
        cut(pair)
      } else later(near, bytes)
    })
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      socket.on('error', () => mode.kind !== 'silent' && end())
      socket.on('close', () => mode.kind !== 'silent' && end())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }

  return {
    port,
    set: (next) => {
      mode = next
      if (next.kind === 'reset') for (const pair of [...pairs]) cut(pair)
      // Whole again: the far end hears at last that the near one is gone.
      if (next.kind !== 'silent') for (const pair of [...pairs]) if (pair.dead && pair.near.destroyed) cut(pair)
    },
    broken: () => broken,
    close: async () => {
      mode = { kind: 'reset' }
      for (const pair of [...pairs]) cut(pair)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
