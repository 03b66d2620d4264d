import * as z from 'zod'
import type { Deployment } from '../deployment/deployment.ts'
import { instantMs, instantOf, msBetween } from '../duration/instant.ts'
import type { Incident } from '../incident/incident.ts'
import type { Release } from '../release/release.ts'
import { shortSha } from '../words/short-sha.ts'
import { percentilesOf } from './percentiles.ts'

/** One fact that a figure was made of. */
const FigureSource = z.object({
  at: z.iso.datetime(),
  text: z.string(),
  path: z.string().describe('a dashboard path that shows it'),
})
type FigureSource = z.output<typeof FigureSource>

/** A figure, how it is counted, and what it was made of. */
const Figure = z.object({
  value: z.number().nullable().describe('null: there was nothing to count'),
  of: z.int().describe('how many facts it was made of'),
  meaning: z.string().describe('how it is counted'),
  sources: z.array(FigureSource).describe('the newest of those that made it what it is'),
})
export type DeliveryFigure = z.output<typeof Figure>

export const DeliveryFigures = z.object({
  environment: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  deploymentsPerWeek: Figure,
  leadTimeMs: Figure,
  changeFailureShare: Figure,
  timeToRestoreMs: Figure,
  reworkShare: Figure,
  services: z
    .array(z.object({ service: z.string(), deployments: z.int(), failed: z.int() }))
    .describe('most often first'),
  days: z
    .array(z.object({ day: z.string(), deployments: z.int(), rollbacks: z.int(), incidents: z.int() }))
    .describe('oldest first, every day of the time'),
})
export type DeliveryFigures = z.output<typeof DeliveryFigures>

export interface DeliveryFacts {
  environment: string
  from: string
  to: string
  /** Of that environment, in any order; some before `from` too. */
  deployments: readonly Deployment[]
  /** Of any environment. */
  incidents: readonly Incident[]
  releases: readonly Pick<Release, 'id' | 'artifacts'>[]
  /** When the commits were made that each release brought, by its id; left out where that is not known. */
  commitsOf: ReadonlyMap<string, readonly { sha: string; at: string }[]>
}

const sourcesShown = 20
const dayMs = 86_400_000

/** A change that went live, and what became of it. */
interface Change {
  deployment: Deployment
  liveAt: string
  /** Why it counts as failed, and since when it was known; null: it does not. */
  failure: { since: string; until: string | null; text: string; path: string } | null
}

/** The five figures of delivery of one environment, as DORA counts them, each with what it was made of: https://dora.dev/guides/dora-metrics/ */
export function deliveryFigures(facts: DeliveryFacts): DeliveryFigures {
  const { environment, from, to } = facts
  const all = changesOf(facts)
  const changes = all.filter(({ liveAt }) => liveAt >= from && liveAt <= to)
  const failed = changes.filter(({ failure }) => failure !== null)
  const weeks = msBetween(from, to) / (7 * dayMs)
  const followsFailure = changes.filter(change => all[all.indexOf(change) - 1]?.failure)
  return {
    ...{ environment, from, to },
    deploymentsPerWeek: {
      ...{ value: weeks > 0 ? changes.length / weeks : null, of: changes.length },
      meaning: `releases that went live in ${environment}, a week; rollbacks are none`,
      sources: newest(changes.map(wentLive)),
    },
    leadTimeMs: leadTime(changes, facts),
    changeFailureShare: {
      ...{ value: changes.length === 0 ? null : failed.length / changes.length, of: changes.length },
      meaning:
        'share of them that was rolled back, or that an incident is laid to; what never went live changed nothing',
      sources: newest(failed.flatMap(({ liveAt, failure }) => (failure ? [{ at: liveAt, ...textOf(failure) }] : []))),
    },
    timeToRestoreMs: timeToRestore(failed),
    reworkShare: {
      ...{ value: changes.length === 0 ? null : followsFailure.length / changes.length, of: changes.length },
      meaning: 'share of them that came next after one that failed',
      sources: newest(followsFailure.map(wentLive)),
    },
    services: servicesOf(changes, facts),
    days: daysOf(facts, changes),
  }
}

function changesOf({ environment, deployments, incidents }: DeliveryFacts): Change[] {
  const wereLive = deployments
    .filter(each => each.environment === environment && each.liveAt !== null)
    .toSorted((a, b) => ((a.liveAt ?? '') < (b.liveAt ?? '') ? -1 : 1))
  return wereLive.flatMap((deployment, at) => {
    const liveAt = deployment.liveAt ?? deployment.createdAt
    if (deployment.kind !== 'deploy') return []
    const next = wereLive[at + 1]
    return { deployment, liveAt, failure: failureOf(deployment, liveAt, next, incidents) }
  })
}

function failureOf(
  { release, environment, state }: Deployment,
  liveAt: string,
  next: Deployment | undefined,
  incidents: readonly Incident[],
): Change['failure'] {
  const [incident] = incidents
    .filter(each => each.environment === environment && each.release === release && each.openedAt >= liveAt)
    .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))
  const undone = state === 'rolled-back' && next?.kind === 'rollback' ? next : undefined
  if (!incident && !undone) return null
  const ends = [undone?.liveAt, incident?.resolvedAt].flatMap(end => end ?? []).toSorted()
  const what = undone ? 'was rolled back' : `is what incident ${incident?.number} is laid to`
  return {
    since: incident?.openedAt ?? liveAt,
    until: ends[0] ?? null,
    text: `${shortSha(release)} ${what}`,
    path: incident ? `/incidents/${incident.number}` : `/releases/${release}`,
  }
}

function leadTime(changes: readonly Change[], { commitsOf }: DeliveryFacts): DeliveryFigure {
  const commits = changes.flatMap(({ deployment: { release }, liveAt }) =>
    (commitsOf.get(release) ?? []).map(({ sha, at }) => ({ sha, release, ms: msBetween(at, liveAt), liveAt })),
  )
  return {
    value: percentilesOf(commits.map(({ ms }) => ms))?.p50 ?? null,
    of: commits.length,
    meaning: 'from when a commit was made until it was live, the median of all commits that went',
    sources: newest(
      commits.map(({ sha, release, liveAt }) => ({
        at: liveAt,
        text: `${shortSha(sha)} in ${shortSha(release)}`,
        path: `/releases/${release}`,
      })),
    ),
  }
}

function timeToRestore(failed: readonly Change[]): DeliveryFigure {
  const restored = failed.flatMap(({ failure }) => (failure?.until ? [{ ...failure, until: failure.until }] : []))
  return {
    value: percentilesOf(restored.map(({ since, until }) => msBetween(since, until)))?.p50 ?? null,
    of: restored.length,
    meaning:
      'from when its incident opened, or it went live where none did, until the rollback was live or the incident resolved; the median',
    sources: newest(restored.map(({ until, ...failure }) => ({ at: until, ...textOf(failure) }))),
  }
}

/** A service is deployed when its built files are others than those of what was live before. */
function servicesOf(changes: readonly Change[], { releases }: DeliveryFacts): DeliveryFigures['services'] {
  const digests = new Map(releases.map(({ id, artifacts }) => [id, new Map(artifacts.map(a => [a.service, a.digest]))]))
  const counts = new Map<string, { deployments: number; failed: number }>()
  for (const change of changes) {
    const before = digests.get(change.deployment.formerRelease ?? '')
    for (const [service, digest] of digests.get(change.deployment.release) ?? []) {
      if (before?.get(service) === digest) continue
      const { deployments, failed } = counts.get(service) ?? { deployments: 0, failed: 0 }
      counts.set(service, { deployments: deployments + 1, failed: failed + (change.failure ? 1 : 0) })
    }
  }
  return [...counts]
    .map(([service, count]) => ({ service, ...count }))
    .toSorted((a, b) => b.deployments - a.deployments || (a.service < b.service ? -1 : 1))
}

function daysOf({ environment, from, to, deployments, incidents }: DeliveryFacts, changes: readonly Change[]) {
  const count = (moments: readonly string[]) => Map.groupBy(moments, at => at.slice(0, 10))
  const live = count(changes.map(({ liveAt }) => liveAt))
  const undone = count(deployments.flatMap(each => (each.kind === 'rollback' && each.liveAt ? [each.liveAt] : [])))
  const opened = count(incidents.filter(each => each.environment === environment).map(({ openedAt }) => openedAt))
  const days: DeliveryFigures['days'] = []
  const first = Math.floor(instantMs(from) / dayMs)
  for (let day = first; day * dayMs <= instantMs(to); day++) {
    const name = instantOf(day * dayMs).slice(0, 10)
    const on = (moments: Map<string, string[]>) => moments.get(name)?.length ?? 0
    days.push({ day: name, deployments: on(live), rollbacks: on(undone), incidents: on(opened) })
  }
  return days
}

const wentLive = ({ deployment: { release, environment }, liveAt }: Change): FigureSource => ({
  at: liveAt,
  text: `${shortSha(release)} went live in ${environment}`,
  path: `/releases/${release}`,
})

const textOf = ({ text, path }: { text: string; path: string }) => ({ text, path })

const newest = (sources: readonly FigureSource[]): FigureSource[] =>
  sources.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, sourcesShown)
