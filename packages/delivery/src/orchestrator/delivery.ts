import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Release, RollbackPlan, WayBackLook, WayBackQuestions } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { type JobOrders, jobOrders } from '../executor/job-orders.ts'
import type { StepClock } from '../executor/perform-order.ts'
import { usualJobTimes } from '../executor/until-given-up.ts'
import { bindServices } from '../providers/bound-service.ts'
import { openLocalHost } from '../providers/local/local-host.ts'
import type { ProviderHost } from '../providers/provider-host.ts'
import { type DeployRequest, deploy } from './deploy.ts'
import { environments, type Started } from './environments.ts'
import { addressOf } from './open-work.ts'
import type { DeliveryParts, Inside } from './parts.ts'
import { type RemovalRequest, remove } from './remove.ts'
import { type LoadConfig, type Resuming, resume } from './resume.ts'
import {
  planRollback,
  type RollbackQuestion,
  type RollbackRequest,
  rollBack,
  type WayBack,
  wayBack,
} from './rollback.ts'
import { keepLooks } from './way-back-looks.ts'
import { wayBackQuestions } from './way-back-questions.ts'

export interface EnvironmentStatus {
  project: string
  environment: string
  release: string | null
  /** Still running, so that going back is a switch. */
  kept: string | null
  underWay: string | null
  services: {
    service: string
    address: string | null
    release: string
    pid: number
    isRunning: boolean
    restarts: number
  }[]
}

/** Puts releases into environments on this machine, and takes them back. */
export interface Delivery {
  deploy(request: DeployRequest): Promise<Started>
  rollback(request: RollbackRequest): Promise<Started>
  /** Takes away everything there is of a preview's environment. */
  remove(request: RemovalRequest): Promise<Started>
  rollbackPlan(question: RollbackQuestion): Promise<RollbackPlan>
  /** The same for whoever looks often: by what is stored, at any server, also while what was live is being brought back. */
  wayBack(question: RollbackQuestion): Promise<WayBack>
  /** What a job asks vendors, so that the loss of a way back is known before it is needed. */
  wayBackQuestions(
    question: Pick<RollbackQuestion, 'project' | 'config' | 'environment'> & {
      configOf?(release: Release): Promise<Config>
    },
  ): Promise<WayBackQuestions>
  /** Keeps what vendors said to the job that asked just now. */
  keepLooks(place: { project: string; environment: string }, looks: readonly WayBackLook[]): Promise<void>
  /** Call it once for each project after a start, before anything is asked of it. */
  resume(project: string, loadConfig: LoadConfig): Promise<Started[]>
  /** Public address of a service; null before its first deployment. */
  address(project: string, environment: string, service: string): string | null
  databaseUrl(project: string, environment: string, service: string): Promise<string>
  /** For the jobs that carry out what the server has no credentials for. */
  jobs: Pick<JobOrders, 'attend' | 'next' | 'renew' | 'report' | 'leave'>
  status(): EnvironmentStatus[]
  /** Ends what runs of one project, as `stop` does for all; `resume` takes it up again. */
  rest(project: string): Promise<void>
  /** Ends what runs of a project here, for another machine to go on with it. `resume` begins it again. */
  leave(project: string): Promise<void>
  /** Ends everything that runs. What is under way is taken up by the next start. */
  stop(): Promise<void>
}

/** One for each data folder: two would end each other's processes. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { host: local, hosts } = openHosts(parts)
  let isStopping = false
  const left = new Set<string>()
  const isEnding = (project: string) => isStopping || left.has(project) || parts.mayWrite?.(project) === false
  const { leases, deployments } = parts.store
  const jobs = jobOrders({ ...parts, leases, deployments, clock, times: usualJobTimes, isStopping: isEnding })
  const shared = { parts, hosts, clock, jobs, bind: bindServices }
  const inside: Inside = { ...shared, environments: environments(), isStopping: isEnding }
  const all = [...hosts.values()]
  const each = (act: (host: ProviderHost) => Promise<void>) => Promise.all(all.map(act))
  const clean = each(host => host.clean())
  const resumed = new Map<string, Resuming>()
  const ready = async ({ project, environment }: { project: string; environment: string }) => {
    await clean
    await resumed.get(project)?.settled(environment)
  }
  /** Nothing is asked of an environment while what was live there is being brought back. */
  const once =
    <Asked extends { project: string; environment: string }, T>(act: (of: Inside, asked: Asked) => Promise<T>) =>
    async (asked: Asked): Promise<T> => {
      await ready(asked)
      return act(inside, asked)
    }
  return {
    deploy: once(deploy),
    rollback: once(rollBack),
    remove: once(remove),
    rollbackPlan: once(planRollback),
    ...wayBackOf(inside),
    async resume(project, loadConfig) {
      left.delete(project)
      const resuming = resume(inside, project, loadConfig, clean)
      resumed.set(project, resuming)
      return resuming.started
    },
    address: (project, environment, service) =>
      addressOf(inside, inside.environments.of(project, environment), service),
    databaseUrl: local.databaseUrl,
    jobs,
    async rest(project) {
      await clean
      await resumed.get(project)?.started.catch(nothing)
      resumed.delete(project)
      inside.environments.forget(project)
      await each(host => host.rest(project))
    },
    status: () => statusOf(inside),
    async leave(project) {
      left.add(project)
      await this.rest(project)
      await each(host => host.leave(project))
    },
    async stop() {
      isStopping = true
      await clean
      await each(host => host.stop())
    },
  }
}

/** By what is stored, at any server. */
const wayBackOf = (inside: Inside): Pick<Delivery, 'wayBack' | 'wayBackQuestions' | 'keepLooks'> => ({
  wayBack: question => wayBack(inside, question),
  wayBackQuestions: question => wayBackQuestions(inside, question),
  keepLooks: (place, looks) => keepLooks(inside.parts.store.projects, place, looks),
})

const nothing = () => undefined

/** Whoever waits for a limit does not keep the process from ending. */
const clock: StepClock = {
  now: () => new Date(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
}

/** What stays in the server between deployments: of `local`, its machine. All other providers keep nothing here. */
function openHosts(parts: DeliveryParts) {
  const host = openLocalHost({
    ...parts,
    projects: parts.store.projects,
    cacheDir: parts.cacheDir ?? join(parts.home, 'cache'),
    compiled: parts.compiled,
    host: parts.host ?? '127.0.0.1',
    databaseUrl: parts.databaseUrl ?? null,
    drainMs: parts.drainMs ?? 5_000,
    healthTimeoutMs: parts.healthTimeoutMs ?? 30_000,
    stopGraceMs: parts.stopGraceMs ?? 10_000,
    machineEnv: parts.machineEnv ?? {},
  })
  return { host, hosts: new Map<string, ProviderHost>([['local', host]]) }
}

function statusOf({ environments: all, hosts }: Inside): EnvironmentStatus[] {
  return all.all().map(state => ({
    project: state.project,
    environment: state.environment,
    release: state.live?.release.id ?? null,
    kept: state.kept?.release.id ?? null,
    underWay: state.underWay?.release ?? null,
    services: [...hosts.values()].flatMap(host =>
      host.list(state).map(({ service, release, pid, isRunning, restarts }) => ({
        service,
        address: host.address(state, service),
        release,
        pid,
        isRunning,
        restarts,
      })),
    ),
  }))
}
