import type { Deployment, Monitor, Project, Promotion, Store, Traffic } from '@gantry/core'
import type { Line, LineCell, LineEnvironment, SampleView } from '@gantry/core/api'
import { type Config, durationMs } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'
import { summaryOf } from '../run/run-summary.ts'
import { badShare, cellHealth } from './cell-health.ts'
import { plainSummary } from './plain-summary.ts'
import { type ServiceKind, serviceKinds } from './service-kinds.ts'

export interface LineParts {
  store: Store
  repository: Repository
  dsn(): Promise<string>
  /** Undefined where the sample product is not brought up. */
  sample(): Promise<SampleView | undefined>
  addressOf(environment: string, service: string): string | null
  shown(promotion: Promotion): Promise<Promotion>
  /** Whether an earlier release could be put back there, were nothing else under way. */
  canRollBack(environment: string): Promise<boolean>
  now(): Date
}

/** Of the curve, and of the health of a cell that no rule watches. */
const windowMs = 5 * 60_000
const bucketMs = 10_000

/** The whole first screen in one answer, so that it can never disagree with itself. */
export async function lineView(project: Project, parts: LineParts): Promise<Line> {
  const { store, now } = parts
  const config = project.config
  const at = now().toISOString()
  const [runs, promotions, incidents, recent, monitors, sample, dsn, environments] = await Promise.all([
    store.runs.list(project.name, { limit: 8 }),
    shownPromotions(project.name, parts),
    store.incidents.list(project.name, { state: 'open' }),
    store.ledger.list(project.name, { limit: 10 }),
    store.monitors.list(project.name),
    parts.sample(),
    parts.dsn(),
    Promise.all(Object.keys(config?.environments ?? {}).map(name => environmentView(project, name, parts))),
  ])
  const kinds = config ? await serviceKinds(config) : new Map<string, ServiceKind>()
  const cells = config
    ? await Promise.all(environments.map(environment => cellsOf(project, config, kinds, environment, monitors, parts)))
    : []
  return {
    project: project.name,
    services: Object.keys(config?.services ?? {}).map(name => ({ name, kind: kinds.get(name)?.kind ?? '' })),
    environments,
    cells: cells.flat(),
    checks: runs.map(summaryOf),
    promotions,
    incidents,
    recent,
    ...(sample && { sample }),
    gitRemote: parts.repository.path,
    dsn,
    at,
  }
}

async function shownPromotions(project: string, { store, shown }: LineParts): Promise<Promotion[]> {
  return Promise.all((await store.promotions.list(project, { open: true })).map(shown))
}

async function environmentView(
  project: Project,
  name: string,
  { store, repository, canRollBack }: LineParts,
): Promise<LineEnvironment> {
  const [live, hold, main, history] = await Promise.all([
    store.deployments.live(project.name, name),
    store.promotions.hold(project.name, name),
    repository.head('main'),
    store.deployments.list(project.name, { environment: name, limit: 1 }),
  ])
  const newest = history[0] ?? null
  const isUnderWay = newest !== null && ['planned', 'deploying', 'verifying'].includes(newest.state)
  return {
    name,
    isProtected: (project.config?.environments[name]?.approvals ?? 0) > 0,
    current: withPlainVerdict(isUnderWay ? newest : live),
    hold,
    canRollBack: Boolean(live?.formerRelease) && !isUnderWay && (await canRollBack(name)),
    commitsAhead: live && main ? (await repository.between(live.release, main)).length : null,
  }
}

function withPlainVerdict(deployment: Deployment | null): Deployment | null {
  if (!deployment?.verdict) return deployment
  return { ...deployment, verdict: { ...deployment.verdict, summary: plainSummary(deployment.verdict) } }
}

async function cellsOf(
  project: Project,
  config: Config,
  kinds: ReadonlyMap<string, ServiceKind>,
  environment: LineEnvironment,
  monitors: Monitor[],
  parts: LineParts,
): Promise<LineCell[]> {
  const live = await parts.store.deployments.live(project.name, environment.name)
  const release = live && (await parts.store.releases.get(project.name, live.release))
  const to = parts.now()
  const from = new Date(to.getTime() - windowMs)
  const judgedMs = ruleWindowMs(config, environment.name)
  const filter = { environment: environment.name, to: to.toISOString() }
  const [series, judged] = await Promise.all([
    parts.store.alerts.trafficSeries(project.name, { ...filter, from: from.toISOString(), bucketMs }),
    live &&
      parts.store.alerts.traffic(project.name, {
        ...filter,
        release: live.release,
        from: new Date(to.getTime() - judgedMs).toISOString(),
      }),
  ])
  return Object.keys(config.services).map((service): LineCell => {
    const own = series.filter(row => row.service === service)
    const traffic = totalOf(service, own, live)
    const isStateful = kinds.get(service)?.isStateful === true
    return {
      environment: environment.name,
      service,
      release: live?.release ?? null,
      title: release?.title ?? null,
      deploymentId: live?.id ?? null,
      deploymentState: environment.current?.state ?? null,
      since: live?.liveAt ?? null,
      ...(isStateful && live
        ? { health: 'healthy', healthDetail: 'its services answer' }
        : cellHealth({
            deployment: live,
            monitors: monitors.filter(m => m.environment === environment.name && m.service === service),
            traffic: judged?.find(row => row.service === service) ?? null,
            windowMs: judgedMs,
            service,
          })),
      healthWindowMs: judgedMs,
      url: isStateful ? null : parts.addressOf(environment.name, service),
      failureShare: shares(own, from.getTime()),
      requestsPerMinute: isStateful ? null : (traffic?.requests ?? 0) / (windowMs / 60_000),
      schemaVersion: isStateful ? (release?.migrations.at(-1)?.version ?? null) : null,
    }
  })
}

/** The window that the environment's rule for error rates looks at, so that the line and its alerts speak of the same. */
function ruleWindowMs({ alerts }: Config, environment: string): number {
  const rules = Object.values(alerts).filter(alert => alert.environments.includes(environment))
  const rule = rules.find(alert => alert.rule === 'errorRate')
  return rule?.rule === 'errorRate' ? durationMs(rule.over) : windowMs
}

function totalOf(service: string, rows: Traffic[], live: Deployment | null): Traffic | null {
  const own = rows.filter(({ release }) => release === live?.release)
  if (own.length === 0) return null
  const sum = (pick: (row: Traffic) => number) => own.reduce((total, row) => total + pick(row), 0)
  return {
    service,
    release: live?.release ?? '',
    requests: sum(r => r.requests),
    failures: sum(r => r.failures),
    errors: sum(r => r.errors),
  }
}

function shares(rows: (Traffic & { at: string })[], from: number): (number | null)[] {
  return Array.from({ length: windowMs / bucketMs }, (_, index) => {
    const start = from + index * bucketMs
    const inside = rows.filter(({ at }) => Date.parse(at) >= start && Date.parse(at) < start + bucketMs)
    const sum = (pick: (row: Traffic) => number) => inside.reduce((total, row) => total + pick(row), 0)
    const requests = sum(row => row.requests)
    if (requests === 0) return null
    return badShare({ requests, failures: sum(row => row.failures), errors: sum(row => row.errors) })
  })
}
