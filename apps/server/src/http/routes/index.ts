import { GantryError, type Store } from '@gantry/core'
import type { Line } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'
import type { ArtifactStore } from '@gantry/delivery'
import type { FastifyInstance } from 'fastify'
import type { Access } from '../../access/access.ts'
import type { ComposedDelivery } from '../../compose-delivery.ts'
import type { ComposedWatch } from '../../compose-watch.ts'
import type { Environment } from '../../environment.ts'
import type { PushParts } from '../../git/push.ts'
import type { Repository } from '../../git/repository.ts'
import { spaceLack } from '../../home/free-space.ts'
import type { IngestKeys } from '../../ingest/ingest-keys.ts'
import { eventSources } from '../../issue/event-sources.ts'
import type { Chronicle } from '../../ledger/chronicle.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import type { ProjectHome } from '../../project/project-home.ts'
import type { PromotionDesk } from '../../release/promotion-desk.ts'
import type { RunKeeper } from '../../run/run-keeper.ts'
import type { Sample } from '../../sample/sample.ts'
import type { Visitors } from '../../sample/visitors.ts'
import type { Secrets } from '../../secret/secrets.ts'
import type { Variables } from '../../secret/variables.ts'
import { dashboardRoutes } from '../dashboard.ts'
import { callerOf } from '../door.ts'
import { apiOf } from '../route.ts'
import { commandRoutes } from './command.ts'
import { deploymentRoutes } from './deployments.ts'
import { envelopeRoutes } from './envelope.ts'
import { hookRoutes } from './git-hooks.ts'
import { githubWebhookRoute } from './github-webhook.ts'
import { healthRoutes } from './health.ts'
import { incidentRoutes, runbookRoutes } from './incidents.ts'
import { ingestKeyRoutes } from './ingest-keys.ts'
import { issueRoutes } from './issues.ts'
import { lineRoutes } from './line.ts'
import { logRoutes } from './logs.ts'
import { metricsRoutes } from './metrics.ts'
import { monitorRoutes } from './monitors.ts'
import { releaseRoutes } from './releases.ts'
import { runRoutes } from './runs.ts'
import { sampleRoutes } from './sample.ts'
import { secretRoutes } from './secrets.ts'
import { streamRoutes } from './stream.ts'
import { tokenRoutes } from './tokens.ts'

export interface RouteParts {
  environment: Environment
  store: Store
  live: LiveHub
  access: Access
  project: ProjectHome
  repository: Repository
  artifacts: ArtifactStore
  ingestKeys: IngestKeys
  keeper: RunKeeper
  promotions: PromotionDesk
  delivery: ComposedDelivery
  watch: ComposedWatch
  record: Chronicle
  secrets: Secrets
  variables: Variables
  sample: Sample
  visitors: Visitors
  line(): Promise<Line>
  hookToken: string
  push: Omit<PushParts, 'project'>
  dashboardDist: string
  /** Packs the command of this server; answers the path of the archive. */
  packCommand(): Promise<string>
  configAt(sha: string): Promise<Config>
  now(): Date
  url(): string
}

/** Every path this server answers. */
export async function installRoutes(fastify: FastifyInstance, parts: RouteParts): Promise<void> {
  const app = apiOf(fastify)
  const { store, live, now } = parts
  const project = parts.environment.project
  const current = parts.project.current
  const shaOfRun = async (runId: string) => (await store.runs.get(project, runId))?.sha ?? null
  healthRoutes(app, store, () => spaceLack(parts.environment.home))
  streamRoutes(app, { live, isStillIn: async request => (await callerOf(request, parts.access)) !== null })
  lineRoutes(app, {
    project: current,
    line: parts.line,
    ledger: store.ledger,
    access: parts.access,
    configAt: parts.configAt,
    url: parts.url,
    shaOfRun,
  })
  runRoutes(app, { ...parts, project, runs: store.runs })
  releaseRoutes(app, { ...parts, shaOfRun, project: current, desk: parts.promotions })
  deploymentRoutes(app, { project: current, store, desk: parts.delivery.desk })
  const folderOf = async (service: string) => (await current()).config?.services[service]?.path ?? null
  const located = eventSources({ repository: parts.repository, folderOf })
  issueRoutes(app, { project, store, live, located, now })
  logRoutes(app, { project, lines: store.lines, now })
  metricsRoutes(app, { project, metrics: store.metrics, current, now })
  const secret = parts.environment.all['GITHUB_WEBHOOK_SECRET']
  githubWebhookRoute(app, { project, metrics: store.metrics, secret, onRecorded: () => parts.watch.factsChanged() })
  monitorRoutes(app, { project, monitors: store.monitors })
  incidentRoutes(app, { project, store, desk: parts.watch.incidents, runbooks: parts.project.runbooks })
  runbookRoutes(app, parts.project.runbooks)
  sampleRoutes(app, { ...parts, addressOf: parts.delivery.address })
  hookRoutes(app, { token: parts.hookToken, project: current, runs: store.runs, push: parts.push })
  secretRoutes(app, { ...parts, project: current })
  commandRoutes(app, parts.packCommand)
  tokenRoutes(app, { access: parts.access, store: store.access, now })
  envelopeRoutes(app, { keys: parts.ingestKeys, watch: parts.watch, now })
  const projectOf = async (name: string) => {
    const found = await current()
    if (found.name === name) return found
    throw new GantryError('NOT_FOUND', `no project ${name.slice(0, 40)}`)
  }
  ingestKeyRoutes(app, { ...parts, projectOf, store: store.ingestKeys, counts: store.intakeCounts })
  await dashboardRoutes(fastify, parts.dashboardDist)
}
