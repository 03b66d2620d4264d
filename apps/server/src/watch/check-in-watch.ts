import { createHash } from 'node:crypto'
import {
  type CheckIn,
  checkInType,
  type DropReason,
  heardCheckIn,
  type Monitor,
  type NextTick,
  nextLookAt,
  overdueCheckIn,
  type Project,
  type Store,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { Cron } from 'croner'
import type { Refused } from '../ingest/intake.ts'
import type { ProjectLive } from '../live/project-live.ts'
import { earliest } from './due-work.ts'

export interface CheckInWatchParts {
  project: string
  store: Pick<Store, 'monitors'>
  live: ProjectLive
  /** A job failed, was missed, or is well again. */
  onChange(monitor: Monitor): void
  /** Jobs are watched that were not, or the other way round. */
  onJobs(): void
  /** How long one is watched that no longer tells of itself. */
  forgottenAfterMs(): Promise<number>
  now(): Date
  log: { warn(facts: object, message: string): void }
  /** Jobs that are watched at once. */
  mostJobs?: number
}

/** What a project watches of its jobs: a client chooses the names, and may choose a new one every time. */
const usuallyMost = 500

/**
 * Jobs that tell of themselves. Any server hears them, and what one is told stands in its row before the client is answered; the server
 * that works on the project sees what time alone says of them.
 */
export class CheckInWatch {
  readonly #parts: CheckInWatchParts
  /** Of those that are watched, by id: what rules were told last. */
  #states = new Map<string, Monitor['state']>()
  #jobs: readonly Pick<Monitor, 'name' | 'environment'>[] = []
  #isFull = false

  constructor(parts: CheckInWatchParts) {
    this.#parts = parts
  }

  /** Answers when it stands in the rows of their monitors, and which found no room. */
  async hear(checkIns: readonly CheckIn[]): Promise<Refused> {
    const refused = new Map<number, DropReason>()
    for (const [place, checkIn] of checkIns.entries())
      if (!(await this.#hear(checkIn))) refused.set(place, 'too-many-jobs')
    return refused
  }

  /** Looks at all of them; answers when time may change one. Done again whenever one told of itself. */
  async look(): Promise<Date | null> {
    const { store, project, now } = this.#parts
    const forgottenBefore = new Date(now().getTime() - (await this.#parts.forgottenAfterMs())).toISOString()
    const states = new Map<string, Monitor['state']>()
    const jobs: Pick<Monitor, 'name' | 'environment'>[] = []
    const due: (Date | null)[] = []
    for (const monitor of await store.monitors.list(project)) {
      if (monitor.type !== checkInType) continue
      if ((monitor.beat?.heardAt ?? '') < forgottenBefore) {
        await store.monitors.remove(project, monitor.id)
        continue
      }
      const seen = (await this.#overdue(monitor)) ?? monitor
      states.set(seen.id, seen.state)
      jobs.push({ name: seen.name, environment: seen.environment })
      if ((this.#states.get(seen.id) ?? 'unknown') !== seen.state) this.#parts.onChange(seen)
      const lookAt = nextLookAt(seen)
      due.push(lookAt === null ? null : new Date(lookAt))
    }
    const isOther = [...states.keys()].join() !== [...this.#states.keys()].join()
    this.#states = states
    this.#jobs = jobs
    if (isOther) this.#parts.onJobs()
    return earliest(due)
  }

  /** The config with a rule for each job: whoever tells of itself wants to be missed. */
  withRules(project: Pick<Project, 'name' | 'config'>): Pick<Project, 'name' | 'config'> {
    if (!project.config) return project
    const alerts = Object.fromEntries(
      [...Map.groupBy(this.#jobs, ({ name }) => name)].map(([name, places]) => [`job ${name}`, ruleFor(name, places)]),
    )
    return { ...project, config: { ...project.config, alerts: { ...alerts, ...project.config.alerts } } }
  }

  async #hear(checkIn: CheckIn): Promise<boolean> {
    const { store, live, log, project, mostJobs = usuallyMost } = this.#parts
    const id = idOf(checkIn)
    const hear = (known: Monitor | null) => heardCheckIn(known, checkIn, id, nextTick)
    const changed = await store.monitors.change(project, id, hear, { mostCheckIns: mostJobs })
    if (changed !== null) live.tell({ topic: 'monitor', key: id })
    else if (!this.#isFull) log.warn({ project, job: checkIn.name }, `more than ${mostJobs} jobs tell of themselves`)
    // Said once: who makes names up makes them up by the thousand.
    if (changed === null) this.#isFull = true
    else if (changed.before === null) this.#isFull = false
    return changed !== null
  }

  async #overdue({ id, ...monitor }: Monitor): Promise<Monitor | null> {
    const { store, project, live, now } = this.#parts
    const at = now().toISOString()
    if (!overdueCheckIn({ ...monitor, id }, at, nextTick)) return null
    const changed = await store.monitors.change(project, id, known => known && overdueCheckIn(known, at, nextTick))
    if (changed) live.tell({ topic: 'monitor', key: id })
    return changed?.after ?? null
  }
}

const ruleFor = (monitor: string, places: readonly { environment: string }[]): Config['alerts'][string] => ({
  ...{ rule: 'down', monitor, for: '0s', severity: 'critical' },
  environments: places.map(({ environment }) => environment),
})

const idOf = ({ project, environment, name }: CheckIn): string =>
  createHash('sha256')
    .update(JSON.stringify([project, environment, name]))
    .digest('hex')
    .slice(0, 24)

/** A cron that nobody understands says no time: the job is heard, and never missed. */
export const nextTick: NextTick = ({ expression, timezone }, after) => {
  try {
    const cron = new Cron(expression, { timezone, mode: '5-part', sloppyRanges: true, paused: true })
    return cron.nextRun(new Date(after))?.toISOString() ?? null
  } catch {
    return null
  }
}
