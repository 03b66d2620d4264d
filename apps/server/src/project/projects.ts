import { GantryError, type Project } from '@gantry/core'
import * as z from 'zod'
import type { Foundation } from '../foundation.ts'
import { type Duty, startDuty } from '../lease/duty.ts'
import type { HeldLease } from '../lease/held-leases.ts'
import { projectWork } from '../process/act-exchange.ts'
import { startTicker, type Ticker } from '../watch/ticker.ts'
import { type Opening, openProject, type ProjectContext } from './open-project.ts'
import { lookAgain, lookForPushes, takeUpProject } from './take-up-project.ts'

const TrafficHeard = z.object({ project: z.string(), environments: z.array(z.string()) })

/** Word of a project that another server added or archived comes at once; this is for word that was missed. */
const lookEveryMs = 10_000
/** Whoever took a push starts its runs within this time, or died. */
const pushesTakeMs = 20_000
/** What cannot be started for so long waits for the next start of a server. */
const pushesTriedMs = 3_600_000
/** One question for all projects: a claim of each would be a write for each, again and again. */
const freeEveryMs = 500

/**
 * The projects of this server. Each is open from the start, or from the moment it is added, to the end. One server at a time works
 * on a project, by a lease: its monitors, rules, schedules and promotions work without anybody asking, so none is ever idle.
 */
export class Projects {
  readonly #foundation: Foundation
  readonly #opening: Opening
  readonly #open = new Map<string, ProjectContext>()
  readonly #beingOpened = new Map<string, Promise<ProjectContext>>()
  readonly #duties = new Map<string, Duty>()
  #taken: { atMs: number; names: Promise<Set<string | null>> } | null = null
  #looking: Ticker | null = null
  #isStopping = false

  constructor(foundation: Foundation, opening: Opening) {
    this.#foundation = foundation
    this.#opening = opening
  }

  /** Opens all that are known, one after the other: a start that opened fifty at once would starve itself. */
  async openAll(): Promise<void> {
    for (const stored of await this.#foundation.store.projects.list())
      if (stored.archivedAt === null && !this.#open.has(stored.name)) await this.#opened(stored)
  }

  /** Makes it when it is new. */
  async ensure(name: string): Promise<ProjectContext> {
    const { store, now } = this.#foundation
    const stored = await store.projects.ensure({ name, createdAt: now().toISOString() })
    return this.#open.get(stored.name) ?? this.#opened(stored)
  }

  /** @throws GantryError CONFLICT when there is one of that name, also one that rests */
  async add(name: string, title: string): Promise<ProjectContext> {
    const { projects } = this.#foundation.store
    const known = await projects.get(name)
    if (known) throw new GantryError('CONFLICT', `there is a project ${name}${known.archivedAt ? ', archived' : ''}`)
    const stored = await projects.ensure({ name, createdAt: this.#foundation.now().toISOString() })
    if (title !== name) await projects.rename(name, title)
    return this.#added({ ...stored, title })
  }

  async rename({ stored, project }: ProjectContext, title: string): Promise<void> {
    await this.#foundation.store.projects.rename(stored.name, title)
    project.forget()
    this.#foundation.bus.say('project', stored.name)
  }

  /** Ends everything of it. What was under way is taken up when it is restored, as after a stop. */
  async archive(context: ProjectContext): Promise<Project> {
    const { store, now } = this.#foundation
    const { name } = context.stored
    await store.projects.archive(name, now().toISOString())
    this.#foundation.bus.say('project', name)
    await this.#close(context)
    context.project.forget()
    return context.project.current()
  }

  /** @throws GantryError PROJECT_UNKNOWN, CONFLICT when it is not archived */
  async restore(name: string): Promise<ProjectContext> {
    const { projects } = this.#foundation.store
    const stored = await projects.get(name)
    if (!stored) throw new GantryError('PROJECT_UNKNOWN', `no project ${name.slice(0, 60)}`)
    if (stored.archivedAt === null) throw new GantryError('CONFLICT', `${name} is not archived`)
    await projects.archive(name, null)
    return this.#added({ ...stored, archivedAt: null })
  }

  async archived(): Promise<Project[]> {
    return (await this.#foundation.store.projects.list()).filter(({ archivedAt }) => archivedAt !== null)
  }

  /** Whether it is the one that each start makes. */
  isHome = (name: string): boolean => name === this.#foundation.environment.project

  all(): ProjectContext[] {
    return [...this.#open.values()]
  }

  /** Those that this server works on now. */
  ours(): ProjectContext[] {
    return this.all().filter(({ hand }) => hand.isOurs())
  }

  find(name: string): ProjectContext | null {
    return this.#open.get(name) ?? null
  }

  /** Also one that another server added just now. */
  async known(name: string): Promise<ProjectContext | null> {
    if (!this.#open.has(name)) await this.openAll()
    return this.find(name)
  }

  /** @throws GantryError PROJECT_UNKNOWN */
  require(name: string): void {
    if (!this.#open.has(name)) throw new GantryError('PROJECT_UNKNOWN', `no project ${name.slice(0, 60)}`)
  }

  /** Works on what no other server works on, and takes up what was left of it. */
  takeUp(): void {
    const { environment, log, bus, group } = this.#foundation
    for (const { stored } of this.all()) this.#workOn(stored.name)
    if (environment.databaseUrl === null) return
    const onError = (cause: unknown) => log.error({ err: cause }, 'projects of other servers could not be looked for')
    const looking = startTicker(lookEveryMs, () => this.#openNew(), onError)
    this.#looking = looking
    bus.hear('traffic', body => this.#heardTraffic(body))
    bus.hear('project', name => {
      if (typeof name === 'string') this.find(name)?.project.forget()
      looking.nudge()
    })
    bus.hear('git', name => {
      const fail = (cause: unknown) =>
        log.error({ err: cause, project: name }, 'what was pushed elsewhere was not read')
      if (typeof name === 'string') void this.find(name)?.commits?.sync().catch(fail)
    })
    group.onGone(() => {
      for (const context of this.ours())
        void lookAgain(context, this.#opening).catch(cause => log.error({ err: cause }, 'not all was looked at again'))
    })
    bus.onGap(() => {
      for (const { project } of this.all()) project.forget()
      looking.nudge()
    })
  }

  /** Tells the repositories where this server listens. */
  async writeHooks(): Promise<void> {
    for (const context of this.all()) await context.writeHooks()
  }

  /** Ends the work on each and gives it back, for another server to go on with; what was heard is stored before it answers. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#looking?.stop()
    await Promise.all([...this.#duties.values()].map(duty => duty.stop()))
    await Promise.all(this.all().map(stopWork))
  }

  /** Another server took reports in; whoever works on the project judges them. */
  #heardTraffic(body: unknown): void {
    const { project, environments } = TrafficHeard.parse(body)
    const context = this.find(project)
    if (context?.hand.isOurs()) context.watch.trafficChanged(environments)
  }

  /** As another server left them: added, restored or archived. */
  async #openNew(): Promise<void> {
    await this.openAll()
    for (const { name } of await this.archived()) {
      const context = this.#open.get(name)
      if (context) await this.#close(context)
    }
    for (const { stored, writeHooks } of this.all()) {
      if (this.#duties.has(stored.name)) continue
      await writeHooks()
      this.#workOn(stored.name)
    }
    await this.#lookForPushes()
  }

  /** Of a server that died and was back before anybody missed it, nobody is told. */
  async #lookForPushes(): Promise<void> {
    const { store, now } = this.#foundation
    const ago = (ms: number) => new Date(now().getTime() - ms).toISOString()
    const left = await store.pushes.left(ago(pushesTriedMs), ago(pushesTakeMs))
    for (const context of this.ours())
      if (left.includes(context.stored.name)) await lookForPushes(context, this.#opening)
  }

  async #close(context: ProjectContext): Promise<void> {
    const { name } = context.stored
    const duty = this.#duties.get(name)
    this.#open.delete(name)
    this.#duties.delete(name)
    await duty?.stop()
    await stopWork(context)
  }

  #workOn(name: string): void {
    const { environment, leases, log } = this.#foundation
    if (environment.role === 'web' || this.#isStopping || this.#duties.has(name)) return
    const onError = (cause: unknown) => log.error({ err: cause, project: name }, 'the project could not be worked on')
    const isFree = async () => !(await this.#takenNow()).has(name)
    const work = { project: name, ...projectWork }
    this.#duties.set(
      name,
      startDuty(work, held => this.#begin(name, held), { leases, isFree, onError }),
    )
  }

  #takenNow(): Promise<Set<string | null>> {
    const atMs = performance.now()
    if (this.#taken === null || atMs - this.#taken.atMs >= freeEveryMs) {
      const held = this.#foundation.store.leases.held({ kind: projectWork.kind })
      this.#taken = { atMs, names: held.then(all => new Set(all.map(({ project }) => project))) }
    }
    return this.#taken.names
  }

  async #begin(name: string, held: HeldLease): Promise<() => Promise<void>> {
    const context = this.#open.get(name)
    if (context === undefined) throw new Error(`the project ${name} is not open`)
    const ending = new AbortController()
    // First, so that whatever is asked waits until what was live is being brought back.
    const takingUp = takeUpProject(context, this.#opening, ending.signal)
    const end = context.hand.begin(held)
    return async () => {
      end()
      ending.abort()
      await takingUp
      await stopWork(context)
      // Addresses of one that is archived answer that nothing is there.
      if (!this.#open.has(name)) return this.#opening.machine.rest(name)
      await this.#opening.machine.leave(name)
      // What worked once is used up; what answers people goes on.
      if (!this.#isStopping) this.#open.set(name, await openProject(this.#foundation, context.stored, this.#opening))
    }
  }

  /** Opened while the server runs: what a start does for all is done for it. */
  async #added(stored: Project): Promise<ProjectContext> {
    this.#foundation.bus.say('project', stored.name)
    const context = await this.#opened(stored)
    await context.writeHooks()
    this.#workOn(stored.name)
    return context
  }

  /** Once, also when another server's word of it comes while it is being added here. */
  #opened(stored: Project): Promise<ProjectContext> {
    const { name } = stored
    const opening =
      this.#beingOpened.get(name) ??
      openProject(this.#foundation, stored, this.#opening)
        .then(context => {
          this.#open.set(name, context)
          return context
        })
        .finally(() => this.#beingOpened.delete(name))
    this.#beingOpened.set(name, opening)
    return opening
  }
}

const stopWork = ({ keeper, watch, forwards, github, previews }: ProjectContext): Promise<unknown> =>
  Promise.all([keeper.stop(), watch.stop(), forwards.stop(), github.work.stop(), previews.stop()])
