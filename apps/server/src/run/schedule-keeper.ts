import { GantryError, type RunStore } from '@gantry/core'
import type { Queue } from '@gantry/store'
import * as z from 'zod'
import type { Repository } from '../git/repository.ts'
import type { RunKeeper } from './run-keeper.ts'
import { keyOf, nextTick, runIdOf, Schedule, schedulesIn } from './schedule.ts'

export interface ScheduleKeeperParts {
  project: string
  queue: Queue
  runs: Pick<RunStore, 'get'>
  repository: Pick<Repository, 'head' | 'files' | 'commit'>
  keeper: Pick<RunKeeper, 'start'>
  now(): Date
  log: { warn(facts: object, message: string): void }
}

const Due = z.object({ project: z.string(), schedule: Schedule, tick: z.iso.datetime() })

/** One for all projects: each further one would ask the database twice a second whether something is due. */
const queueName = 'schedules'

/**
 * Hands each tick to its project; one that another server just added is looked for. Of one that is archived nothing is due: it is
 * planned anew when it is taken up again.
 */
export const workSchedules = (queue: Queue, keeperOf: (project: string) => Promise<ScheduleKeeper | null>) =>
  queue.work(queueName, async data => {
    const due = Due.parse(data)
    await (await keeperOf(due.project))?.due(due)
  })

/**
 * Starts what `on.schedule` of the workflow files on main asks for. The next tick of each schedule waits in the queue of
 * the database: it outlives this process, is handed to one server only, and comes late, once, when none was running.
 */
export class ScheduleKeeper {
  readonly #parts: ScheduleKeeperParts

  constructor(parts: ScheduleKeeperParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { repository, log } = this.#parts
    const main = await repository.head('main')
    if (main) for (const fault of await this.plan(main)) log.warn({ fault }, 'a schedule was left out')
  }

  /** Puts the next tick of each schedule of that commit of main in the queue; answers what is wrong with the others. */
  async plan(sha: string): Promise<string[]> {
    const faults: string[] = []
    for (const schedule of await this.#schedules(sha)) {
      try {
        await this.#sendNext(schedule, this.#parts.now())
      } catch (cause) {
        if (!(cause instanceof GantryError)) throw cause
        faults.push(cause.message)
      }
    }
    return faults
  }

  async due({ schedule, tick }: Pick<z.output<typeof Due>, 'schedule' | 'tick'>): Promise<void> {
    const { repository, runs, keeper, project, now } = this.#parts
    const sha = await repository.head('main')
    const known = sha ? await this.#schedules(sha) : []
    // main does not ask for it any more.
    if (!sha || !known.some(one => keyOf(one) === keyOf(schedule))) return
    await this.#sendNext(schedule, new Date(Math.max(now().getTime(), Date.parse(tick))))
    const id = runIdOf(project, schedule, tick)
    if (await runs.get(project, id)) return
    const { title, author } = await repository.commit(sha)
    await keeper.start({
      id,
      workflowPath: schedule.workflowPath,
      event: 'schedule',
      payload: { schedule: schedule.cron },
      inputs: {},
      ref: 'refs/heads/main',
      sha,
      actor: 'gantry',
      title,
      author,
    })
  }

  /** One tick of a schedule waits at a time: the key sees to it. */
  async #sendNext(schedule: Schedule, after: Date): Promise<void> {
    const { project, queue } = this.#parts
    const tick = nextTick(schedule, after)?.toISOString()
    if (!tick) return
    await queue.send(queueName, { project, schedule, tick }, { key: `${project} ${keyOf(schedule)}`, startAfter: tick })
  }

  async #schedules(sha: string): Promise<Schedule[]> {
    return schedulesIn(await this.#parts.repository.files(sha, '.github/workflows'))
  }
}
