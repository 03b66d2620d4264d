import type { Deployment, Project, Release, SessionSum, Store } from '@gantry/core'
import type { ReleaseSessions, ReleaseSessionsIn, SessionShares } from '@gantry/core/api'
import { shareOf } from '../ingest/session-shares.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A bar is an hour of up to two days, or six hours. */
const bucketFor = (hours: number): number => (hours <= 48 ? hourMs : 6 * hourMs)
const mostNames = 500
/** Of a release before, so that one that was live for a year is read as quickly. */
const mostBeforeMs = 14 * dayMs

export interface SessionParts {
  stored: Pick<Project, 'name'>
  store: Pick<Store, 'clientSessions' | 'deployments' | 'namedReleases' | 'releases'>
  now(): Date
}

/** Sessions of a release by environment: over time, beside all others there, and beside the release it took the place of. */
export async function releaseSessions(release: Release, hours: number, parts: SessionParts): Promise<ReleaseSessions> {
  const { store, stored, now } = parts
  const bucketMs = bucketFor(hours)
  const untilMs = (Math.floor(now().getTime() / bucketMs) + 1) * bucketMs
  const buckets = Math.ceil((hours * hourMs) / bucketMs)
  const range = { from: instant(untilMs - buckets * bucketMs), until: instant(untilMs) }
  const names = await namesOf(release, parts)
  const lastDay = { from: instant(now().getTime() - dayMs), until: instant(untilMs) }
  const [{ sums, cells }, all, recent, deployments] = await Promise.all([
    store.clientSessions.ofRelease(stored.name, { ...range, names, bucketMs }),
    store.clientSessions.begun(stored.name, lastDay),
    store.clientSessions.ofRelease(stored.name, { ...lastDay, names, bucketMs: dayMs }),
    store.deployments.list(stored.name, { release: release.id, limit: 50 }),
  ])
  const environments = sums.map(async (sum): Promise<ReleaseSessionsIn> => {
    const isSame = (of: { environment: string; kind: string }) =>
      of.environment === sum.environment && of.kind === sum.kind
    const counts = Array.from({ length: buckets }, () => ({ sessions: 0, crashed: 0 }))
    for (const { bucket, sessions, crashed } of cells.filter(isSame)) counts[bucket] = { sessions, crashed }
    const [own, of] = [recent.sums.find(isSame)?.sessions ?? 0, all.find(isSame)?.sessions ?? 0]
    const live = deployments.find(({ environment, liveAt }) => environment === sum.environment && liveAt !== null)
    return {
      ...{ environment: sum.environment, kind: sum.kind, ...sharesOf(sum) },
      adoption: { sessions: own, of, share: of === 0 ? null : Math.min(1, own / of) },
      counts,
      sinceLive: live ? await sinceLive(live, { names, isSame, untilMs: now().getTime() }, parts) : null,
    }
  })
  return { release: release.id, names, ...range, bucketMs, buckets, environments: await Promise.all(environments) }
}

const instant = (ms: number): string => new Date(ms).toISOString()

function sharesOf({
  sessions,
  errored,
  crashed,
  abnormal,
  people,
  peopleWithCrash,
}: Omit<SessionSum, 'environment' | 'kind'>): SessionShares {
  return {
    ...{ sessions, errored, crashed, abnormal, people, peopleWithCrash },
    crashFreeSessions: shareOf(sessions, crashed),
    crashFreePeople: shareOf(people, peopleWithCrash),
  }
}

const none = { sessions: 0, errored: 0, crashed: 0, abnormal: 0, people: 0, peopleWithCrash: 0 }

interface Since {
  names: string[]
  isSame(of: { environment: string; kind: string }): boolean
  untilMs: number
}

/** As much time before as there was since: an hour of one beside a month of the other says little. */
async function sinceLive(
  { id, liveAt, formerRelease }: Deployment,
  { names, isSame, untilMs }: Since,
  parts: SessionParts,
): Promise<ReleaseSessionsIn['sinceLive']> {
  if (liveAt === null) return null
  const { store, stored } = parts
  const atMs = Date.parse(liveAt)
  const spanMs = Math.min(Math.max(untilMs - atMs, hourMs), mostBeforeMs)
  const sumOf = async (of: readonly string[], fromMs: number, toMs: number) => {
    const query = { names: of, from: instant(fromMs), until: instant(toMs), bucketMs: toMs - fromMs + 1 }
    return sharesOf((await store.clientSessions.ofRelease(stored.name, query)).sums.find(isSame) ?? none)
  }
  const before = formerRelease === null ? null : await store.releases.get(stored.name, formerRelease)
  return {
    ...{ at: liveAt, deployment: id },
    own: await sumOf(names, Math.max(atMs, untilMs - spanMs), Math.max(untilMs, atMs + 1)),
    former: before && {
      release: before.id,
      ...(await sumOf(await namesOf(before, parts), atMs - spanMs, atMs)),
    },
  }
}

/** Its commit, which Gantry's deployments tell to clients, and what builds named after that commit. */
async function namesOf({ id, sha }: Release, { store, stored }: SessionParts): Promise<string[]> {
  const named = await store.namedReleases.list(stored.name, mostNames)
  return [...new Set([id, sha, ...named.flatMap(each => (each.sha === sha ? [each.version] : []))])]
}
