import type { Deployment, TrafficSample } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { type ArtifactStore, createDelivery, type ServiceOutput } from '@gantry/delivery'
import type { Foundation } from './foundation.ts'
import { dsnOf, type IngestKeys } from './ingest/ingest-keys.ts'
import type { ProjectHome } from './project/project-home.ts'
import { DeploymentDesk } from './release/deployment-desk.ts'
import type { PromotionDesk } from './release/promotion-desk.ts'
import { machineEnvironment } from './run/job-environment.ts'

export interface ComposedDelivery {
  desk: DeploymentDesk
  address(environment: string, service: string): string | null
  /** Brings back what was live, and ends or undoes what was under way. */
  resume(): Promise<void>
  stop(): Promise<void>
}

export interface DeliveryWiring extends Foundation {
  artifacts: ArtifactStore
  ingestKeys: IngestKeys
  promotions: PromotionDesk
  project: ProjectHome
  configAt(sha: string): Promise<Config>
  onEnded(deployment: Deployment): Promise<void>
  hear(output: ServiceOutput): void
  count(samples: TrafficSample[]): void
}

/** Public ports of services begin this far above the server's own. */
const portsAbove = 10

export function composeDelivery(parts: DeliveryWiring): ComposedDelivery {
  const { environment, home, store, live, stored, log, url, app } = parts
  const { name } = stored
  const delivery = createDelivery({
    store,
    home: home.dir,
    artifacts: parts.artifacts,
    publicPortBase() {
      const at = app.server.address()
      return (typeof at === 'object' && at ? at.port : environment.port) + portsAbove
    },
    databaseUrl: environment.databaseUrl,
    envFor: async (service, target, release) => ({
      SENTRY_DSN: dsnOf(url(), await parts.ingestKeys.own(name, service), stored.number),
      SENTRY_ENVIRONMENT: target,
      SENTRY_RELEASE: release,
    }),
    machineEnv: { ...machineEnvironment(environment.all), ...environment.serviceEnv },
    onOutput: parts.hear,
    probeMark: parts.probeMark,
    onTraffic: parts.count,
    onChange(deployment) {
      live.tell({ topic: 'deployment', key: deployment.id })
      live.tell({ topic: 'release', key: deployment.release })
      live.tell({ topic: 'line', key: name })
      live.tell({ topic: 'ledger', key: name })
    },
    now: parts.now,
    newId: parts.newId,
    log: message => log.warn(message),
  })
  const desk = new DeploymentDesk({ ...parts, project: parts.project.current, delivery })
  return {
    desk,
    address: (target, service) => delivery.address(target, service),
    async resume() {
      const started = await delivery.resume(name, release => parts.configAt(release.sha))
      for (const { ended } of started) desk.follow(ended)
      await desk.finishLive()
    },
    stop: () => delivery.stop(),
  }
}
