import type { IssueSpread, SpreadRange, SpreadSeries } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { restLook, seriesLook } from '../ui/series.ts'
import type { BarMark, BarSeries } from '../ui/stacked-bars.tsx'
import { absolute } from '../ui/time.ts'

export const spreadRanges = ['24h', '14d', '90d'] as const satisfies readonly SpreadRange[]
export const rangeWords: Readonly<Record<SpreadRange, string>> = {
  '24h': 'last 24 hours',
  '14d': 'last 14 days',
  '90d': 'last 90 days',
}
export const barWords: Readonly<Record<SpreadRange, string>> = {
  '24h': '15 minutes',
  '14d': '6 hours',
  '90d': 'a day',
}

const kindWords = {
  others: 'all others',
  none: 'none said',
  untold: 'counted before they were told apart',
} as const satisfies Record<Exclude<SpreadSeries['kind'], 'one'>, string>

export type SpreadBy = 'release' | 'environment'

/** Names people know: commits are short. */
export const seriesName = ({ kind, name }: Pick<SpreadSeries, 'kind' | 'name'>, by: SpreadBy): string =>
  kind !== 'one' ? kindWords[kind] : by === 'release' ? shortSha(name) : name

export const spreadBars = (series: readonly SpreadSeries[], by: SpreadBy): BarSeries[] =>
  series.map((each, index) => ({
    name: seriesName(each, by),
    look: each.kind === 'one' ? seriesLook(index) : restLook,
    counts: each.counts,
  }))

/** Of each bar the moment it begins, in UTC as the bars are cut. */
export function barLabels({ from, bucketMs, buckets }: Pick<IssueSpread, 'from' | 'bucketMs' | 'buckets'>): string[] {
  const fromMs = Date.parse(from)
  return Array.from({ length: buckets }, (_, index) => {
    const at = new Date(fromMs + index * bucketMs).toISOString()
    return bucketMs >= 86_400_000 ? at.slice(0, 10) : `${absolute(at, fromMs, 'UTC')} UTC`
  })
}

/** Where in its bar a deployment went live, so that a line stands beside the bars and not on them. */
export const spreadMarks = ({ from, bucketMs, deployments }: IssueSpread): BarMark[] =>
  deployments.map(({ liveAt, kind, release, environment }) => ({
    bucket: (Date.parse(liveAt) - Date.parse(from)) / bucketMs,
    text: `${kind === 'rollback' ? 'Rolled back to' : 'Live:'} ${shortSha(release)} in ${environment}\n${liveAt.slice(0, 16).replace('T', ' ')} UTC`,
  }))
