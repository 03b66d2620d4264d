import { longestWaitMs, type Timers } from './timers.ts'

/** Calls `run` for each task every `everyMs`, its starts spread evenly, the same task never twice at once. */
export interface Scheduler {
  /**
   * Makes the tasks those given; tasks that stay keep their rhythm.
   * @throws RangeError for an `everyMs` that is not above zero and finite; nothing is changed then
   */
  set(tasks: Task[]): void
  /** Answers when nothing runs any more. */
  stop(): Promise<void>
}

export interface Task {
  id: string
  everyMs: number
}

export interface SchedulerParts {
  run(id: string): Promise<void>
  timers: Timers
  onError(cause: unknown): void
}

interface Scheduled {
  task: Task
  /** Absolute, so that a slow run does not shift the ones after it. */
  nextAt: number
  disarm(): void
}

export function createScheduler({ run, timers, onError }: SchedulerParts): Scheduler {
  const scheduled = new Map<string, Scheduled>()
  /** By task, not by entry: a task whose rhythm changed is still the same task. */
  const running = new Map<string, Promise<void>>()
  const arm = (entry: Scheduled) => {
    const waitMs = Math.min(Math.max(0, entry.nextAt - timers.now()), longestWaitMs)
    entry.disarm = timers.after(waitMs, () => ring(entry))
  }
  const ring = (entry: Scheduled) => {
    const lateMs = timers.now() - entry.nextAt
    // Not yet: a wait longer than a timer can, or a timer that rang a little before its time.
    if (lateMs < 0) return arm(entry)
    const { id, everyMs } = entry.task
    if (!running.has(id)) {
      const done = run(id)
        .catch(onError)
        .finally(() => running.delete(id))
      running.set(id, done)
    }
    entry.nextAt += everyMs * (Math.floor(lateMs / everyMs) + 1)
    arm(entry)
  }
  const drop = (entry: Scheduled) => {
    entry.disarm()
    scheduled.delete(entry.task.id)
  }
  return {
    set(tasks) {
      for (const task of tasks) mustHaveRhythm(task)
      const wanted = new Map(tasks.map(task => [task.id, task]))
      for (const entry of [...scheduled.values()])
        if (wanted.get(entry.task.id)?.everyMs !== entry.task.everyMs) drop(entry)
      tasks.forEach((task, index) => {
        if (scheduled.has(task.id)) return
        const entry: Scheduled = {
          task,
          nextAt: timers.now() + (task.everyMs * index) / tasks.length,
          disarm: () => {},
        }
        scheduled.set(task.id, entry)
        arm(entry)
      })
    },
    async stop() {
      for (const entry of [...scheduled.values()]) drop(entry)
      await Promise.all(running.values())
    },
  }
}

function mustHaveRhythm({ id, everyMs }: Task): void {
  if (everyMs > 0 && Number.isFinite(everyMs)) return
  throw new RangeError(`task ${id}: expected everyMs above zero, got ${everyMs}`)
}
