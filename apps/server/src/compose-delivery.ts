import {
  type Deployment,
  isPreview,
  previewPlace,
  type SealedSecret,
  type TrafficSample,
  togetherIn,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { type ArtifactStore, createDelivery, type Delivery, type ServiceOutput, type Summoned } from '@gantry/delivery'
import { machineEnvironment } from '@gantry/runner'
import type { Foundation } from './foundation.ts'
import { dsnOf } from './ingest/ingest-keys.ts'
import type { HandOver } from './project/hand-over.ts'
import type { ProjectBase } from './project/project-base.ts'
import type { ProjectHome } from './project/project-home.ts'
import { DeploymentDesk } from './release/deployment-desk.ts'
import type { PromotionDesk } from './release/promotion-desk.ts'
import { sharedAddresses } from './release/shared-addresses.ts'
import { type SummonParts, summonWayBack, summonWorkflow } from './release/summon-workflow.ts'
import { type WayBackLooks, wayBackLooks } from './release/way-back-looks.ts'

export interface ComposedDelivery {
  desk: DeploymentDesk
  /** What jobs ask for, that carry out what this server has no credentials for. */
  orders: Delivery['jobs']
  address(environment: string, service: string): string | null
  /** What a job asks the vendors of an environment, and what they said. */
  wayBack: WayBackLooks
  /** Starts the job that asks them. */
  askVendors(environment: string): Promise<void>
  /** Where the services are that another server runs. */
  learnAddresses(): Promise<void>
  /** Brings back what was live, and ends or undoes what was under way. */
  resume(): Promise<void>
}

/** What the delivery of this machine asks of one project, and tells it. */
export interface DeliveringProject {
  /** False once another server may have it. */
  mayWrite(): boolean
  artifacts: ArtifactStore
  envFor(service: string, environment: string, release: string): Promise<Record<string, string>>
  /** Secrets and variables of an environment. */
  valuesOf(environment: string): Promise<Record<string, string>>
  onOutput(output: ServiceOutput): void
  onTraffic(samples: TrafficSample[]): void
  onChange(deployment: Deployment): void
  /** Starts a workflow that carries on with a deployment. */
  summon(deployment: Summoned): Promise<void>
}

/** The one delivery of this machine: processes, ports and databases of all projects. */
export interface MachineDelivery extends Delivery {
  join(project: string, delivering: DeliveringProject): void
}

/** Public ports of services begin this far above the server's own. */
const portsAbove = 10

export function openMachineDelivery(foundation: Foundation): MachineDelivery {
  const { environment, home, store, log, app } = foundation
  const projects = new Map<string, DeliveringProject>()
  const of = (project: string): DeliveringProject => {
    const delivering = projects.get(project)
    if (delivering) return delivering
    throw new Error(`the project ${project} is not open`)
  }
  const delivery = createDelivery({
    store,
    home: home.dir,
    artifactsOf: project => of(project).artifacts,
    mayWrite: project => projects.get(project)?.mayWrite() ?? true,
    publicPortBase() {
      const at = app.server.address()
      return (typeof at === 'object' && at ? at.port : environment.port) + portsAbove
    },
    compiled: environment.all['NODE_COMPILE_CACHE'],
    databaseUrl: environment.databaseUrl,
    envFor: (project, service, target, release) => of(project).envFor(service, target, release),
    machineEnv: { ...machineEnvironment(environment.all), ...environment.serviceEnv },
    valuesOf: (project, target) => of(project).valuesOf(target),
    onOutput: output => of(output.project).onOutput(output),
    probeMark: foundation.probeMark,
    onTraffic(samples) {
      for (const [project, own] of Map.groupBy(samples, sample => sample.project)) of(project).onTraffic(own)
    },
    onChange: deployment => of(deployment.project).onChange(deployment),
    summon: deployment => of(deployment.project).summon(deployment),
    now: foundation.now,
    newId: foundation.newId,
    log: message => log.warn(message),
  })
  return { ...delivery, join: (project, delivering) => void projects.set(project, delivering) }
}

export interface DeliveryWiring extends ProjectBase, Pick<SummonParts, 'start' | 'startOnGitHub'> {
  machine: MachineDelivery
  hand: Pick<HandOver, 'isOurs' | 'mayWrite'>
  artifacts: ArtifactStore
  promotions: PromotionDesk
  project: ProjectHome
  configAt(sha: string): Promise<Config>
  onEnded(deployment: Deployment): Promise<void>
  /** Vendors said whether there is a way back. */
  onWayBackSaid(): void
  /** The same for one of a preview: nothing is promoted, judged or watched there. */
  followPreview(ended: Promise<Deployment>): void
  hear(output: ServiceOutput): void
  count(samples: TrafficSample[]): void
}

export function composeDelivery(parts: DeliveryWiring): ComposedDelivery {
  const { live, stored, url, machine } = parts
  const { name } = stored
  machine.join(name, {
    mayWrite: () => parts.hand.mayWrite(),
    artifacts: parts.artifacts,
    envFor: async (service, target, release) => ({
      SENTRY_DSN: dsnOf(url(), await parts.ingestKeys.own(name, service), stored.number),
      SENTRY_ENVIRONMENT: target,
      SENTRY_RELEASE: release,
    }),
    async valuesOf(environment) {
      const target = isPreview(environment) ? previewPlace : environment
      const isKnown = (secret: SealedSecret) => !parts.secrets.isLost(secret)
      const [vars, secrets] = [parts.variables.valuesFor(name, target), parts.secrets.valuesFor(name, target, isKnown)]
      // Those of the repository were set for what was merged.
      if (isPreview(environment)) return { ...(await vars).environment, ...(await secrets).environment }
      return { ...togetherIn(await vars), ...togetherIn(await secrets) }
    },
    onOutput: parts.hear,
    onTraffic: parts.count,
    summon: deployment => summonWorkflow(deployment, parts),
    onChange(deployment) {
      live.tell({ topic: 'deployment', key: deployment.id })
      live.tell({ topic: 'release', key: deployment.release })
      live.tell({ topic: 'line', key: name })
      live.tell({ topic: 'ledger', key: name })
      if (deployment.state === 'live') void addresses.say().catch(onUnsaid)
    },
  })
  const addresses = sharedAddresses(name, parts)
  const onUnsaid = (cause: unknown) => parts.log.error({ err: cause }, 'the addresses of services could not be stored')
  const { address } = addresses
  const desk = new DeploymentDesk({ ...parts, project: parts.project.current, delivery: machine, address })
  return {
    desk,
    orders: machine.jobs,
    wayBack: wayBackLooks({ ...parts, onSaid: parts.onWayBackSaid }),
    askVendors: environment => summonWayBack(environment, parts),
    address,
    learnAddresses: addresses.learn,
    async resume() {
      const started = await machine.resume(name, release => parts.configAt(release.sha))
      for (const { deployment, ended } of started)
        if (isPreview(deployment.environment)) parts.followPreview(ended)
        else desk.follow(ended)
      await desk.finishLive()
      await addresses.say()
    },
  }
}
