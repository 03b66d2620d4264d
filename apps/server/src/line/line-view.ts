import {
  type Deployment,
  type Hold,
  type Monitor,
  type Project,
  type Promotion,
  type Release,
  type Store,
  type Traffic,
  wayBackLost,
} from '@gantry/core'
import type { Line, LineCell, LineEnvironment, SampleView } from '@gantry/core/api'
import { approvalRule, type Config, durationMs } from '@gantry/core/config'
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
  const [runs, promotions, incidents, recent, monitors, sample, dsn, places] = await Promise.all([
    store.runs.list(project.name, { limit: 8 }),
    shownPromotions(project.name, parts),
    store.incidents.list(project.name, { state: 'open' }),
    store.ledger.list(project.name, { limit: 10 }),
    store.monitors.list(project.name),
    parts.sample(),
    parts.dsn(),
    placesOf(project, parts),
  ])
  const kinds = config ? await serviceKinds(config) : new Map<string, ServiceKind>()
  const [environments, cells] = await Promise.all([
    Promise.all(places.map(place => environmentView(project, place, parts))),
    Promise.all(config ? places.map(place => cellsOf(project, config, kinds, place, monitors, parts)) : []),
  ])
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

/** An environment and what is in it. */
interface Place {
  name: string
  live: Deployment | null
  /** What is live there, as it was built. */
  release: Release | null
  /** Of those that are under way, else the one that is live. */
  current: Deployment | null
  hold: Hold | null
  noWayBack: string | null
}

/** All environments of the config, asked for together. */
async function placesOf({ name: project, config }: Project, { store }: LineParts): Promise<Place[]> {
  const names = Object.keys(config?.environments ?? {})
  if (names.length === 0) return []
  const [lives, newest, holds, alerts] = await Promise.all([
    store.deployments.allLive(project),
    store.deployments.newestIn(project, names),
    store.promotions.holds(project),
    store.alerts.open(project),
  ])
  const releases = await store.releases.some(project, [...new Set(lives.map(({ release }) => release))])
  return names.map(name => {
    const live = lives.find(({ environment }) => environment === name) ?? null
    return {
      ...{ name, live, hold: holds.get(name) ?? null },
      noWayBack: alerts.find(({ rule, environment }) => rule === wayBackLost && environment === name)?.summary ?? null,
      release: releases.find(({ id }) => id === live?.release) ?? null,
      current: newest.find(each => each.environment === name && isUnderWay(each)) ?? live,
    }
  })
}

const isUnderWay = ({ state }: Deployment): boolean => ['planned', 'deploying', 'verifying'].includes(state)

async function environmentView(
  { config }: Project,
  { name, live, current, hold, noWayBack }: Place,
  { repository, canRollBack }: LineParts,
): Promise<LineEnvironment> {
  const main = live && (await repository.head('main'))
  return {
    name,
    isProtected: approvalRule(config?.environments[name]?.approvals ?? 0).needed > 0,
    current: withPlainVerdict(current),
    hold,
    noWayBack,
    canRollBack: Boolean(live?.formerRelease) && current === live && (await canRollBack(name)),
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
  { name: environment, live, release, current }: Place,
  monitors: Monitor[],
  parts: LineParts,
): Promise<LineCell[]> {
  const to = parts.now()
  const from = new Date(to.getTime() - windowMs)
  const judgedMs = ruleWindowMs(config, environment)
  const filter = { environment, to: to.toISOString() }
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
      environment,
      service,
      release: live?.release ?? null,
      title: release?.title ?? null,
      deploymentId: live?.id ?? null,
      deploymentState: current?.state ?? null,
      since: live?.liveAt ?? null,
      ...(isStateful && live
        ? { health: 'healthy', healthDetail: 'its services answer' }
        : cellHealth({
            deployment: live,
            monitors: monitors.filter(m => m.environment === environment && m.service === service),
            traffic: judged?.find(row => row.service === service) ?? null,
            windowMs: judgedMs,
            service,
          })),
      healthWindowMs: judgedMs,
      url: isStateful ? null : parts.addressOf(environment, service),
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
