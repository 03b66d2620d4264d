import { systemTimers, type Timers } from '@gantry/watch'

/** Work that a change makes necessary, or a moment it named itself. While neither comes it costs nothing. */
export interface DueWork {
  /** Something changed: it is done as soon as possible, and once more when it is being done already. */
  nudge(): void
  /** Answers when nothing runs any more. */
  stop(): Promise<void>
}

export interface DueWorkParts {
  /** Answers when it has to be done again though nothing changes; null: never. What fails is tried again. */
  work(): Promise<Date | null>
  onError(cause: unknown): void
  /** From one beginning to the next at least: changes that come all the time are answered together. */
  paceMs: number
  now(): Date
  timers?: Timers
}

const firstRetryMs = 2_000
const lastRetryMs = 15_000
/** A timer stands still while the machine sleeps, and its clock may be set: longer waits look at the clock in between. */
const longestSliceMs = 30_000

export function startDueWork({ work, onError, paceMs, now, timers = systemTimers }: DueWorkParts): DueWork {
  let running: Promise<void> | null = null
  let isStopped = false
  /** By the clock; a change is due since ever. */
  let dueAtMs = Number.POSITIVE_INFINITY
  let beganMs = Number.NEGATIVE_INFINITY
  let retryMs = firstRetryMs
  let disarm = () => {}
  const arm = () => {
    disarm()
    if (isStopped || running || dueAtMs === Number.POSITIVE_INFINITY) return
    const leftMs = Math.min(dueAtMs - now().getTime(), longestSliceMs)
    const waitMs = Math.max(leftMs, beganMs + paceMs - timers.now())
    if (waitMs <= 0) begin()
    else disarm = timers.after(waitMs, arm)
  }
  const dueBy = (atMs: number) => {
    dueAtMs = Math.min(dueAtMs, atMs)
    arm()
  }
  const begin = () => {
    dueAtMs = Number.POSITIVE_INFINITY
    beganMs = timers.now()
    running = done().then(nextMs => {
      running = null
      dueBy(nextMs)
    })
  }
  const done = async (): Promise<number> => {
    try {
      const next = await work()
      retryMs = firstRetryMs
      return next?.getTime() ?? Number.POSITIVE_INFINITY
    } catch (cause) {
      onError(cause)
      const nextMs = now().getTime() + retryMs
      retryMs = Math.min(retryMs * 2, lastRetryMs)
      return nextMs
    }
  }
  return {
    nudge: () => dueBy(Number.NEGATIVE_INFINITY),
    async stop() {
      isStopped = true
      disarm()
      await running
    },
  }
}

/** The first of some moments. */
export function earliest(moments: readonly (Date | null)[]): Date | null {
  const times = moments.flatMap(moment => moment?.getTime() ?? [])
  return times.length === 0 ? null : new Date(Math.min(...times))
}
