import { type Deployment, type DeploymentFacts, GantryError, type Release, type StepOutcome } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { carryOutOrders, type OrderSource } from '../executor/carry-out-orders.ts'
import { type JobOrders, jobOrders } from '../executor/job-orders.ts'
import { usualJobTimes } from '../executor/until-given-up.ts'
import { deploy } from '../orchestrator/deploy.ts'
import { environments } from '../orchestrator/environments.ts'
import type { Inside } from '../orchestrator/parts.ts'
import { remove } from '../orchestrator/remove.ts'
import { resume } from '../orchestrator/resume.ts'
import { rollBack } from '../orchestrator/rollback.ts'
import type { BoundService } from '../providers/bound-service.ts'
import type { PlannedStep } from '../providers/define-provider.ts'
import { stepDone, stepFailed } from '../providers/step-outcome.ts'
import { memoryLeases } from './memory-leases.ts'
import { memoryStore } from './memory-store.ts'
import { tinyConfig } from './tiny-product.ts'
import { VirtualTime } from './virtual-time.ts'

/** What goes wrong, once, when an order of that name is carried out. */
export interface Fault {
  order: string
  how: (typeof ways)[number]
}

export const ways = [
  'fails',
  'fails once done',
  'throws',
  'hangs',
  'hangs once done',
  'server dies',
  'server dies once done',
  'job dies',
  'job dies once done',
] as const

/** What serves where, as each vendor knows it. */
interface Place {
  started: Set<string>
  serving: string | null
}

interface Process {
  isDead: boolean
}

const never = new Promise<never>(() => {})
const kinds = { prepare: 'prepare', start: 'start', check: 'verify', switch: 'switch' } as const

/** `api` runs in the server, and its processes die with it; `web` is a vendor's that a job deploys. */
export class MadeUpLine {
  readonly time: VirtualTime
  readonly store = { ...memoryStore(), leases: memoryLeases(() => this.time.nowMs()) }
  readonly places: Record<'api' | 'web', Place>
  readonly log: string[] = []
  faults: Fault[] = []
  /** Orders as they were begun. */
  readonly orders: string[] = []
  #server: { process: Process; inside: Inside; jobs: JobOrders } | null = null
  readonly #jobs = new Set<Process>()

  /** @param before what an earlier line left: its rows, and what the vendor has */
  constructor(before?: MadeUpLine) {
    this.time = new VirtualTime(before?.time.nowMs())
    this.places = { api: newPlace(), web: structuredClone(before?.places.web ?? newPlace()) }
    if (before) Object.assign(this.store.content, structuredClone(before.store.content))
  }

  /** A server that begins, and takes up what the last one left. */
  async startServer(): Promise<void> {
    const process: Process = { isDead: false }
    const alive = <T extends object>(part: T): T => onlyWhile(() => !process.isDead, part)
    const { leases, deployments, releases, projects } = this.store
    const store = {
      leases: alive(leases),
      deployments: alive(deployments),
      releases: alive(releases),
      projects: alive(projects),
    }
    const clock = this.time.clock(() => process.isDead)
    const isStopping = () => false
    const log = (line: string) => this.log.push(line)
    const summon = async ({ id }: { id: string }) => void this.startJob(id)
    const jobs = jobOrders({ leases, deployments, clock, times: usualJobTimes, isStopping, summon, log })
    let ids = this.store.content.deployments.length
    const parts: Inside['parts'] = {
      ...{ store, home: '/nowhere', now: clock.now, newId: () => `d${++ids}`, log, summon },
      artifactsOf: () => ({ has: async () => true, open: unused, unpack: unused, put: unused, prune: unused }),
      ...{ publicPortBase: () => 0, envFor: () => ({}), onOutput: () => {}, probeMark: '', onTraffic: () => {} },
      onChange: () => {},
    }
    const bind = async () => [this.#service('api', 'server', process), this.#service('web', 'job', process)]
    const inside: Inside = { parts, hosts: new Map(), clock, jobs, bind, environments: environments(), isStopping }
    this.places.api = newPlace()
    this.#server = { process, inside, jobs }
    await resume(inside, 'tiny', async () => config, Promise.resolve()).started
  }

  isServerDead = (): boolean => this.#server === null || this.#server.process.isDead

  /** As the command in a job asks for it, and carries it out. */
  async deploy(release: Release, kind: 'deploy' | 'rollback' = 'deploy'): Promise<string> {
    await this.store.releases.add(release)
    const asked = { project: 'tiny', config, environment: 'staging', requestedBy: 'test' }
    const { inside } = this.#alive()
    const started =
      kind === 'deploy'
        ? await deploy(inside, { ...asked, release })
        : await rollBack(inside, { ...asked, reason: 'worse', to: release.id })
    void started.ended.catch(cause => this.log.push(String(cause)))
    this.startJob(started.deployment.id)
    return started.deployment.id
  }

  /** As the server asks for it by itself; a job comes when one is called. */
  async remove(release: Release): Promise<string> {
    const asked = { project: 'tiny', config, environment: 'staging', requestedBy: 'test', reason: 'it is closed' }
    const started = await remove(this.#alive().inside, { ...asked, release })
    void started.ended.catch(cause => this.log.push(String(cause)))
    return started.deployment.id
  }

  startJob(deployment: string): void {
    const process: Process = { isDead: false }
    this.#jobs.add(process)
    const owner = `job ${this.#jobs.size}`
    const job = { project: 'tiny', deployment, owner }
    const asking = async <T>(ask: (jobs: JobOrders) => Promise<T>): Promise<T> => {
      for (;;) {
        if (process.isDead) return never
        const server = this.#server
        if (server && !server.process.isDead) {
          const answer = await Promise.race([ask(server.jobs), this.#death(server.process)])
          if (process.isDead) return never
          if (answer !== dead) return answer
        }
        await clock.sleep(1_000, new AbortController().signal)
      }
    }
    const clock = this.time.clock(() => process.isDead)
    const source: OrderSource = {
      attend: () => asking(jobs => jobs.attend(job)),
      next: version => asking(jobs => jobs.next({ ...job, version })),
      renew: (version, progress) => asking(jobs => jobs.renew({ ...job, version }, progress)),
      report: (version, name, outcome) => asking(jobs => jobs.report({ ...job, version }, name, outcome)),
    }
    const services = [this.#service('web', 'job', process)]
    const surroundings = {
      env: {},
      cwd: '/',
      fetch: unused,
      log: () => {},
      artifacts: { has: unused, open: unused, unpack: unused },
    }
    void carryOutOrders({ source, bind: async () => services, surroundings, clock }).catch(cause =>
      this.log.push(`${owner}: ${cause}`),
    )
  }

  row = (id: string): Deployment | undefined => this.store.content.deployments.find(each => each.id === id)

  #alive() {
    if (!this.#server) throw new Error('no server runs')
    return this.#server
  }

  #deaths = new Map<Process, PromiseWithResolvers<typeof dead>>()
  #death(process: Process): Promise<typeof dead> {
    const known = this.#deaths.get(process) ?? Promise.withResolvers<typeof dead>()
    this.#deaths.set(process, known)
    return known.promise
  }

  #kill(process: Process): Promise<never> {
    process.isDead = true
    this.#deaths.get(process)?.resolve(dead)
    return never
  }

  #service(name: 'api' | 'web', runsIn: 'server' | 'job', process: Process): BoundService {
    const service = config.services[name]
    if (!service) throw new Error('the tiny product has both')
    const place = () => this.places[name]
    const doing = (order: string, signal: AbortSignal, act: () => StepOutcome) =>
      this.#do(order, { process, signal, act })
    const perform = ({ id, kind }: PlannedStep, { release }: DeploymentFacts, signal: AbortSignal) =>
      doing(`perform ${id}`, signal, () => {
        if (kind === 'start') place().started.add(release.id)
        if (kind === 'check' && !place().started.has(release.id)) return stepFailed('it was not started')
        if (kind === 'switch') place().serving = release.id
        if (kind === 'remove') Object.assign(place(), newPlace())
        return stepDone(null, { release: release.id })
      })
    return {
      ...{ name, config: service, provider: 'made-up', kind: 'made-up', isStateful: false, migrations: null },
      ...{ runsIn, keepsFormer: true, artifact: 'vendor', restoresEnv: true, isPages: name === 'web' },
      plan: () =>
        Object.entries(kinds).map(([kind, phase]) => ({
          ...{ id: `${name}.${kind}`, service: name, kind, phase, summary: `${kind} ${name}` },
          ...{ undoable: kind === 'start' || kind === 'switch', limitMs: 60_000 },
        })),
      perform: (step, facts, { signal }) => perform(step, facts, signal),
      undo: ({ id, kind }, { release, former }, { signal }) =>
        doing(`undo ${id}`, signal, () => {
          if (kind === 'switch') place().serving = former
          if (kind === 'start' && release.id !== former) place().started.delete(release.id)
          return stepDone()
        }),
      cancel: async () => {},
      verify: ({ release }, { signal }) =>
        doing(`verify ${name}`, signal, () =>
          place().serving === release.id ? stepDone() : stepFailed(`${place().serving} serves`),
        ),
      address: async () => `https://${name}.example.com`,
      live: async () => ({ release: place().serving, detail: 'so it says' }),
      envOf: async () => ({}),
      canRestore: async () => ({ can: true }),
      ...{ noPreview: null, previewAddress: () => null, previewEnv: async () => ({}) },
      removal: () => [
        {
          ...{ id: `${name}.remove`, service: name, kind: 'remove', phase: 'retire', summary: `remove ${name}` },
          ...{ undoable: false, limitMs: 60_000 },
        },
      ],
    }
  }

  async #do(
    order: string,
    { process, signal, act }: { process: Process; signal: AbortSignal; act(): StepOutcome },
  ): Promise<StepOutcome> {
    if (process.isDead) return never
    this.orders.push(order)
    const at = this.faults.findIndex(each => each.order === order)
    const [fault] = at === -1 ? [] : this.faults.splice(at, 1)
    if (!fault) return act()
    if (fault.how.endsWith('once done')) act()
    if (fault.how.startsWith('fails')) return stepFailed('made up')
    if (fault.how === 'throws') throw new Error('made up')
    if (fault.how.startsWith('hangs'))
      return new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('given up'))))
    if (fault.how.startsWith('server')) await this.#killServer()
    if (fault.how.startsWith('job')) for (const job of this.#jobs) void this.#kill(job)
    return process.isDead ? never : act()
  }

  async #killServer(): Promise<void> {
    if (this.#server) void this.#kill(this.#server.process)
  }
}

const dead = Symbol('dead')
const config: Config = tinyConfig()
const newPlace = (): Place => ({ started: new Set(), serving: null })
const unused = async (): Promise<never> => {
  throw new GantryError('INTERNAL', 'nobody asks for it here')
}

/** A part whose methods answer only as long as their process lives. */
function onlyWhile<T extends object>(isAlive: () => boolean, part: T): T {
  return new Proxy(part, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        if (!isAlive()) return never
        const answer: unknown = await method.apply(target, args)
        return isAlive() ? answer : never
      }
    },
  })
}
