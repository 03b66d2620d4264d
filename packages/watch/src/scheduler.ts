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
  running: Promise<void> | null
}

export function createScheduler(run: (id: string) => Promise<void>, onError: (cause: unknown) => void): Scheduler {
  const scheduled = new Map<string, Scheduled>()
  const arm = (entry: Scheduled) => {
    entry.timer = setTimeout(() => fire(entry), Math.max(0, entry.nextAt - performance.now()))
  }
  const fire = (entry: Scheduled) => {
    entry.running ??= run(entry.task.id)
      .catch(onError)
      .finally(() => {
        entry.running = null
      })
    while (entry.nextAt <= performance.now()) entry.nextAt += entry.task.everyMs
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
        const entry: Scheduled = { task, nextAt, timer: setTimeout(() => {}, 0), running: null }
        clearTimeout(entry.timer)
        scheduled.set(task.id, entry)
        arm(entry)
      })
    },
    async stop() {
      const entries = [...scheduled.values()]
      entries.forEach(drop)
      await Promise.all(entries.map(({ running }) => running))
    },
  }
}
