/** A process that runs until it is told to stop, then stops in order, once, within a time. */
const STOP_WITHIN_MS = 28_000
const FAULT_WITHIN_MS = 5_000

/**
 * Resolves with the exit code when a signal came and `stop` is through. A terminal's Ctrl-C arrives twice (from the
 * terminal and from start.mjs): the second one changes nothing. A closed terminal takes its output with it.
 */
export const untilStopped = (stop: (reason: string) => Promise<void>): Promise<number> =>
  new Promise((resolve) => {
    let stopping = false
    const end = (reason: string, code: number) => {
      if (stopping) return
      stopping = true
      // Not awaited for ever: an orchestrator kills after 30 s, and half of a stop is better than none.
      const late = setTimeout(() => resolve(1), reason === 'fault' ? FAULT_WITHIN_MS : STOP_WITHIN_MS)
      late.unref()
      stop(reason).then(
        () => resolve(code),
        (error) => {
          console.error(error)
          resolve(1)
        },
      )
    }
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => end(name, 0))
    // Never half-alive (trust row 38): the fault is told, what can be closed is closed, and a supervisor starts us anew.
    const fault = (error: unknown) => {
      console.error(error)
      end('fault', 1)
    }
    process.on('uncaughtException', fault)
    process.on('unhandledRejection', fault)
  })
