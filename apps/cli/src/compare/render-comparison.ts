import type { Incident } from '@gantry/core/api'
import type { SentryRule } from '../sentry/sentry-api.ts'
import { ago } from '../terminal/ago.ts'
import { cut, table } from '../terminal/table.ts'
import type { Comparison, Spread } from './compare-events.ts'

export interface Alerts {
  /** Null where the other side has no such thing. */
  sentry: SentryRule[] | null
  gantry: Incident[]
}

type Titles = ReadonlyMap<string, string>
const shown = 10

export function renderComparison(
  { gantry, sentry, both, days, ...rest }: Comparison,
  titles: { gantry: Titles; sentry: Titles },
  alerts: Alerts,
  now: Date,
): string {
  const { alike, issuesInBoth, pairs, splitInSentry, splitInGantry } = rest
  return [
    table(
      ['day', 'gantry', 'sentry', 'both'],
      days.map(each => [each.day, String(each.gantry), String(each.sentry), String(each.both)]),
    ).trimEnd(),
    `${gantry} events in Gantry, ${sentry} in Sentry, ${both} in both.`,
    `Of ${issuesInBoth} issues of Gantry with events in both, ${alike} are exactly one of Sentry's.`,
    `Of pairs of events that Gantry puts together, Sentry does ${percent(pairs.ofGantry)}; of Sentry's, Gantry does ${percent(pairs.ofSentry)}.`,
    ...section('One issue in Gantry, several in Sentry', splitInSentry, titles.gantry, titles.sentry, '#'),
    ...section('One issue in Sentry, several in Gantry', splitInGantry, titles.sentry, titles.gantry, ''),
    ...alertLines(alerts, now),
  ].join('\n')
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

function section(head: string, all: readonly Spread[], own: Titles, others: Titles, mark: string): string[] {
  if (all.length === 0) return []
  const otherMark = mark === '#' ? '' : '#'
  const lines = all
    .slice(0, shown)
    .flatMap(({ group, events, over }) => [
      `  ${mark}${group}  ${events} events  ${cut(own.get(group) ?? '–', 70)}`,
      ...over
        .slice(0, shown)
        .map(each => `    ${otherMark}${each.group}  ${each.events}  ${cut(others.get(each.group) ?? '–', 70)}`),
    ])
  const more = all.length > shown ? [`  and ${all.length - shown} more: --json has all`] : []
  return ['', `${head}:`, ...lines, ...more]
}

function alertLines({ sentry, gantry }: Alerts, now: Date): string[] {
  const incidents = gantry.map(each => [
    `#${each.number}`,
    ago(each.openedAt, now),
    each.environment,
    cut(each.title, 70),
  ])
  const rules = sentry?.map(each => [
    ...[cut(each.name, 40), each.status ?? '–', each.environment ?? 'any'],
    each.lastTriggered ? ago(each.lastTriggered, now) : 'never',
  ])
  return [
    ...['', 'Incidents that Gantry opened in that time:'],
    incidents.length === 0 ? '  none' : table(['incident', 'opened', 'in', 'title'], incidents).trimEnd(),
    ...['', 'Rules of Sentry, and when each last fired:'],
    rules === undefined ? '  it tells of none' : table(['rule', 'status', 'in', 'fired'], rules).trimEnd(),
  ]
}
