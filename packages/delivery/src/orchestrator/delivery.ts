import { join } from 'node:path'
import type { RollbackPlan } from '@gantry/core'
import { openMachine } from '../providers/local/machine.ts'
import { type DeployRequest, deploy } from './deploy.ts'
import { environments, type Started } from './environments.ts'
import type { DeliveryParts, Inside } from './parts.ts'
import { type LoadConfig, resume } from './resume.ts'
import { planRollback, type RollbackQuestion, type RollbackRequest, rollBack } from './rollback.ts'

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
  rollbackPlan(question: RollbackQuestion): Promise<RollbackPlan>
  /** Call it once for each project after a start, before anything is asked of it. */
  resume(project: string, loadConfig: LoadConfig): Promise<Started[]>
  /** Public address of a service; null before its first deployment. */
  address(project: string, environment: string, service: string): string | null
  databaseUrl(project: string, environment: string, service: string): Promise<string>
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
  const machine = openMachine({
    ...parts,
    projects: parts.store.projects,
    cacheDir: parts.cacheDir ?? join(parts.home, 'cache'),
    host: parts.host ?? '127.0.0.1',
    databaseUrl: parts.databaseUrl ?? null,
    drainMs: parts.drainMs ?? 5_000,
    healthTimeoutMs: parts.healthTimeoutMs ?? 30_000,
    stopGraceMs: parts.stopGraceMs ?? 10_000,
  })
  let isStopping = false
  const left = new Set<string>()
  const isEnding = (project: string) => isStopping || left.has(project) || parts.mayWrite?.(project) === false
  const inside: Inside = { parts, machine, environments: environments(), isStopping: isEnding }
  const clean = machine.pids.endLeftovers(2_000).then(ended => {
    if (ended.length > 0) parts.log(`ended what the last process left running: ${ended.join(', ')}`)
  })
  const resumed = new Map<string, Promise<Started[]>>()
  const ready = async (project: string) => {
    await clean
    await resumed.get(project)
  }
  return {
    async deploy(request) {
      await ready(request.project)
      return deploy(inside, request)
    },
    async rollback(request) {
      await ready(request.project)
      return rollBack(inside, request)
    },
    async rollbackPlan(question) {
      await ready(question.project)
      return planRollback(inside, question)
    },
    async resume(project, loadConfig) {
      left.delete(project)
      const resuming = clean.then(() => resume(inside, project, loadConfig))
      resumed.set(project, resuming.catch(nothing))
      return resuming
    },
    address: (project, environment, service) => machine.proxies.address(environment, service, project),
    databaseUrl: (project, environment, service) => machine.databases.open({ project, environment, service }),
    async rest(project) {
      await ready(project)
      resumed.delete(project)
      inside.environments.forget(project)
      await machine.rest(project)
    },
    status: () => statusOf(inside),
    async leave(project) {
      left.add(project)
      await this.rest(project)
      await machine.proxies.closeOf(project)
    },
    async stop() {
      isStopping = true
      await clean
      await machine.stop()
    },
  }
}

const nothing = () => []

function statusOf({ environments: all, machine }: Inside): EnvironmentStatus[] {
  return all.all().map(({ project, environment, live, kept, underWay }) => ({
    project,
    environment,
    release: live?.release.id ?? null,
    kept: kept?.release.id ?? null,
    underWay: underWay?.release ?? null,
    services: machine.services
      .list()
      .filter(each => each.project === project && each.environment === environment)
      .map(({ service, release, pid, isRunning, restarts }) => ({
        service,
        address: machine.proxies.address(environment, service, project),
        release,
        pid,
        isRunning,
        restarts,
      })),
  }))
}
