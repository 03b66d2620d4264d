import type { Store } from '@gantry/core'
import { loadProtocols } from '@gantry/ingest'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Environment } from '../../environment.ts'
import { spaceLack } from '../../home/free-space.ts'
import type { Home } from '../../home/home.ts'
import type { IngestKeys } from '../../ingest/ingest-keys.ts'
import type { Intake } from '../../ingest/intake.ts'
import type { HeldLeases } from '../../lease/held-leases.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import type { ServerGroup } from '../../process/server-group.ts'
import type { Projects } from '../../project/projects.ts'
import type { ComposedRunners } from '../../runner/composed-runners.ts'
import type { Secrets } from '../../secret/secrets.ts'
import type { Variables } from '../../secret/variables.ts'
import { respondToSlack } from '../../slack/respond.ts'
import { voteBySlack } from '../../slack/slack-votes.ts'
import type { RunningSyslog } from '../../syslog/start-syslog.ts'
import { contextOfRequests } from '../context-of.ts'
import { dashboardRoutes } from '../dashboard.ts'
import { callerOf } from '../door.ts'
import { type Api, apiOf } from '../route.ts'
import { type AccessParts, accessRoutes } from './access.ts'
import { adapterRoutes } from './adapters.ts'
import { type BackUp, backupRoutes } from './backup.ts'
import { channelRoutes } from './channels.ts'
import { commandRoutes } from './command.ts'
import { comparisonRoutes } from './comparisons.ts'
import { deploymentStepRoutes } from './deployment-steps.ts'
import { deploymentRoutes } from './deployments.ts'
import { eventRoutes } from './events.ts'
import { forwardRoutes } from './forwards.ts'
import { hookRoutes } from './git-hooks.ts'
import { githubAppRoutes, githubRoutes } from './github.ts'
import { healthRoutes } from './health.ts'
import { importRoutes } from './imports.ts'
import { incidentRoutes, runbookRoutes } from './incidents.ts'
import { ingestKeyRoutes } from './ingest-keys.ts'
import { intakeRoutes } from './intake.ts'
import { issueRoutes } from './issues.ts'
import { keptRoute } from './kept.ts'
import { lineRoutes } from './line.ts'
import { logRoutes } from './logs.ts'
import { meRoutes } from './me.ts'
import { badgeRoute, metricsRoutes } from './metrics.ts'
import { monitorRoutes } from './monitors.ts'
import { pageSdkRoutes } from './page-sdk.ts'
import { previewRoutes } from './previews.ts'
import { projectActRoutes, projectListRoutes } from './projects.ts'
import { checklistRoutes, promotionRoutes } from './promotions.ts'
import { releaseRoutes } from './releases.ts'
import { runnerCacheRoutes } from './runner-caches.ts'
import { runnerFileRoutes } from './runner-files.ts'
import { runnerProtocolRoutes } from './runner-protocol.ts'
import { runnerRoutes } from './runners.ts'
import { runRoutes } from './runs.ts'
import { sampleRoutes } from './sample.ts'
import { searchRoutes } from './searches.ts'
import { secretKeyRoute, secretRoutes, variableRoutes } from './secrets.ts'
import { sentryApiRoutes } from './sentry-api/index.ts'
import { serversRoute } from './servers.ts'
import { slackRoutes } from './slack.ts'
import { streamRoutes } from './stream.ts'
import { traceRoutes } from './traces.ts'

export interface RouteParts extends AccessParts {
  environment: Environment
  store: Store
  live: LiveHub
  projects: Projects
  runners: ComposedRunners
  home: Home
  ingestKeys: IngestKeys
  intake: Intake
  secrets: Secrets
  variables: Variables
  dashboardDist: string
  /** Packs the command of this server; answers the path of the archive. */
  packCommand(): Promise<string>
  backUp: BackUp
  group: Pick<ServerGroup, 'living'>
  leases: Pick<HeldLeases, 'owner'>
  /** Null where this server takes no syslog. */
  syslog(): Pick<RunningSyslog, 'states' | 'waits'> | null
}

/** Every path this server answers. */
export async function installRoutes(fastify: FastifyInstance, parts: RouteParts): Promise<void> {
  const app = apiOf(fastify)
  serverRoutes(app, parts)
  accessRoutes(app, parts)
  buttonRoutes(app, parts, fastify.log)
  projectRoutes(app.ofProject, parts)
  await foreignRoutes(app, parts)
  const { access, now, runners } = parts
  const { loseJobsOf: onRemoved } = runners.service
  runnerRoutes(app, { access, runners: parts.store.runners, onRemoved, now })
  runnerProtocolRoutes(app, parts.runners)
  runnerCacheRoutes(app, { service: parts.runners.service, folders: parts.home.project, now })
  const sync = async (project: string) => parts.projects.find(project)?.commits?.sync()
  const uploads = (project: string) => parts.projects.find(project)?.uploads ?? null
  runnerFileRoutes(app, { ...parts.runners, sync, uploads, runs: parts.store.runs, folders: parts.home.project })
  // Nobody is sent to one that only works.
  if (parts.environment.role !== 'worker') await dashboardRoutes(fastify, parts.dashboardDist)
}

/** About the server, or whoever asks. */
function serverRoutes(
  app: Api,
  { store, live, access, projects, environment, secrets, packCommand, backUp, now, ...parts }: RouteParts,
): void {
  healthRoutes(app, { store, syslog: parts.syslog, lack: () => spaceLack(environment.home) })
  const seenBy = async (request: FastifyRequest) => {
    const caller = await callerOf(request, access, null)
    return caller && access.seenBy(caller)
  }
  streamRoutes(app, { live, seenBy })
  projectListRoutes(app, { projects, access, members: store.access, now })
  backupRoutes(app, backUp)
  meRoutes(app, { projects, access, members: store.access })
  commandRoutes(app, packCommand)
  adapterRoutes(app)
  const self = () => parts.leases.owner
  serversRoute(app, { group: parts.group, self, leases: store.leases, access, syslog: parts.syslog })
  secretKeyRoute(app, { secrets, projects })
}

/** What people decide elsewhere. That it could not be told there does not undo it. */
function buttonRoutes(
  app: Api,
  { environment, store, projects, accessLedger, now, url }: RouteParts,
  log: FastifyInstance['log'],
): void {
  const votes = { accounts: store.slackAccounts, access: store.access, url, now }
  slackRoutes(app, {
    secret: environment.all?.['SLACK_SIGNING_SECRET'],
    vote: press => voteBySlack(press, { ...votes, promotionsOf: name => projects.find(name)?.promotions ?? null }),
    respond: (to, answer) =>
      respondToSlack(to, answer).catch(cause => log.error({ err: cause }, 'Slack was not told what was decided')),
    ...{ accounts: store.slackAccounts, ledger: accessLedger, now },
  })
}

/** About one project. */
function projectRoutes(app: Api, { projects, store, ingestKeys, now, url }: RouteParts): void {
  const contextOf = contextOfRequests(projects)
  const shaOfRun = async (runId: string, project: string) => (await store.runs.get(project, runId))?.sha ?? null
  projectActRoutes(app, contextOf, projects)
  lineRoutes(app, contextOf, shaOfRun)
  runRoutes(app, contextOf)
  releaseRoutes(app, contextOf, shaOfRun)
  previewRoutes(app, contextOf)
  promotionRoutes(app, contextOf)
  checklistRoutes(app, contextOf)
  comparisonRoutes(app, contextOf)
  deploymentRoutes(app, contextOf)
  deploymentStepRoutes(app, contextOf)
  issueRoutes(app, contextOf)
  eventRoutes(app, contextOf)
  traceRoutes(app, contextOf)
  importRoutes(app, contextOf)
  logRoutes(app, contextOf)
  keptRoute(app, contextOf)
  searchRoutes(app, contextOf)
  metricsRoutes(app, contextOf)
  monitorRoutes(app, contextOf)
  incidentRoutes(app, contextOf)
  runbookRoutes(app, contextOf)
  sampleRoutes(app, contextOf)
  hookRoutes(app, contextOf)
  channelRoutes(app, contextOf)
  githubRoutes(app, contextOf)
  secretRoutes(app, contextOf)
  variableRoutes(app, contextOf)
  forwardRoutes(app, contextOf)
  ingestKeyRoutes(app, { contextOf, ingestKeys, store: store.ingestKeys, counts: store.intakeCounts, now, url })
}

/** Where others' clients expect them. */
async function foreignRoutes(app: Api, { projects, intake, access, url, now, ...parts }: RouteParts): Promise<void> {
  badgeRoute(app, projects)
  githubAppRoutes(app, projects)
  intakeRoutes(app, await loadProtocols(), intake)
  sentryApiRoutes(app, { projects, access, url, now })
  pageSdkRoutes(app, { dist: parts.dashboardDist, ingestKeys: parts.ingestKeys, url })
}
