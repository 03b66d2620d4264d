import { type Issue, type Project, type Store, spreadSeries } from '@gantry/core'
import type { IssueSpread, SpreadRange } from '@gantry/core/api'

const minuteMs = 60_000
/** A bar is a quarter of an hour, six hours, a day. */
const ranges = {
  '24h': { bucketMs: 15 * minuteMs, buckets: 96 },
  '14d': { bucketMs: 360 * minuteMs, buckets: 56 },
  '90d': { bucketMs: 1_440 * minuteMs, buckets: 90 },
} as const satisfies Record<SpreadRange, { bucketMs: number; buckets: number }>

const deploymentsLookedAt = 200

interface SpreadParts {
  stored: Pick<Project, 'name'>
  store: Pick<Store, 'issues' | 'deployments'>
  now(): Date
}

/** How an issue spreads over time, releases and environments, and what went live meanwhile. */
export async function issueSpread(issue: Issue, range: SpreadRange, parts: SpreadParts): Promise<IssueSpread> {
  const { store, stored, now } = parts
  const { bucketMs, buckets } = ranges[range]
  // To the end of a bar: each begins at a full quarter of an hour, or day.
  const untilMs = (Math.floor(now().getTime() / bucketMs) + 1) * bucketMs
  const fromMs = untilMs - bucketMs * buckets
  const window = { until: new Date(untilMs).toISOString(), bucketMs, buckets }
  const [all, { cells, releases }, deployments] = await Promise.all([
    store.issues.trend(stored.name, issue.id, window),
    store.issues.spread(stored.name, issue.id, window),
    store.deployments.list(stored.name, { limit: deploymentsLookedAt }),
  ])
  const wentLive = deployments.flatMap(({ id, environment, release, kind, liveAt }) =>
    liveAt === null || !issue.environments.includes(environment) ? [] : [{ id, environment, release, kind, liveAt }],
  )
  const counted = cells.reduce((sum, { events }) => sum + events, 0)
  const byTime = all.reduce((sum, count) => sum + count, 0)
  return {
    range,
    from: new Date(fromMs).toISOString(),
    ...window,
    events: Math.max(counted, byTime),
    byRelease: spreadSeries(cells, 'release', all),
    byEnvironment: spreadSeries(cells, 'environment', all),
    releases: releases.map(seen => ({
      ...seen,
      liveAt:
        wentLive.find(({ environment, release }) => environment === seen.environment && release === seen.release)
          ?.liveAt ?? null,
    })),
    deployments: wentLive
      .filter(({ liveAt }) => Date.parse(liveAt) >= fromMs)
      .map(deployment => ({ ...deployment, bucket: Math.floor((Date.parse(deployment.liveAt) - fromMs) / bucketMs) }))
      .toReversed(),
  }
}
