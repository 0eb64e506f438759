/** The only file that asks the machine for the time. Everything else gets it through `ctx.now`. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands where it is put: for replays of past days, and for tests of expiry, DST and year end. */
export const settableClock = (start: Date): Clock & { set(to: Date): void; advance(ms: number): void } => {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    set: (to) => {
      at = to.getTime()
    },
    advance: (ms) => {
      at += ms
    },
  }
}

/** Milliseconds that never jump: for deadlines and durations, not for dates. */
export const elapsed = (): number => performance.now()
