/** Calls `run` for each task every `everyMs`, its starts spread evenly, the same task never twice at once. */
export interface Scheduler {
  /** Makes the tasks those given; tasks that stay keep their rhythm. */
  set(tasks: Task[]): void
  /** Answers when nothing runs any more. */
  stop(): Promise<void>
}

export interface Task {
  id: string
  everyMs: number
}

interface Scheduled {
  task: Task
  /** Absolute, so that a slow run does not shift the ones after it. */
  nextAt: number
  timer: NodeJS.Timeout
}

export function createScheduler(run: (id: string) => Promise<void>, onError: (cause: unknown) => void): Scheduler {
  const scheduled = new Map<string, Scheduled>()
  /** By task, not by entry: a task whose rhythm changed is still the same task. */
  const running = new Map<string, Promise<void>>()
  const arm = (entry: Scheduled) => {
    entry.timer = setTimeout(() => fire(entry), Math.max(0, entry.nextAt - performance.now()))
  }
  const fire = (entry: Scheduled) => {
    const { id, everyMs } = entry.task
    if (!running.has(id)) {
      const done = run(id)
        .catch(onError)
        .finally(() => running.delete(id))
      running.set(id, done)
    }
    // At least once: a timer may fire a little before its time.
    do entry.nextAt += everyMs
    while (entry.nextAt <= performance.now())
    arm(entry)
  }
  const drop = (entry: Scheduled) => {
    clearTimeout(entry.timer)
    scheduled.delete(entry.task.id)
  }
  return {
    set(tasks) {
      const wanted = new Map(tasks.map(task => [task.id, task]))
      for (const entry of [...scheduled.values()])
        if (wanted.get(entry.task.id)?.everyMs !== entry.task.everyMs) drop(entry)
      tasks.forEach((task, index) => {
        if (scheduled.has(task.id)) return
        const nextAt = performance.now() + (task.everyMs * index) / Math.max(1, tasks.length)
        const entry: Scheduled = { task, nextAt, timer: setTimeout(() => {}, 0) }
        clearTimeout(entry.timer)
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
