import { counted, percent, withShortShas } from '@gantry/core'
import type { IssueSpread, SpreadSeries } from '@gantry/core/api'
import { ago } from '../terminal/ago.ts'

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const
const mostColumns = 48
const releasesShown = 5
const words = { '24h': '24 hours', '14d': '14 days', '90d': '90 days' } as const

/** How an issue spreads, in lines: over time as blocks, its shares, and which release met it when. */
export function renderSpread(spread: IssueSpread, now: Date): string[] {
  const { range, events, byRelease, byEnvironment, releases } = spread
  const total = added(
    byRelease.map(({ counts }) => counts),
    spread.buckets,
  )
  return [
    `${counted(events, 'event')} in ${words[range]}  ${blocksOf(total)}`,
    ...(events === 0
      ? []
      : [`  by release: ${sharesOf(byRelease, events)}`, `  by environment: ${sharesOf(byEnvironment, events)}`]),
    ...releases
      .toSorted((a, b) => b.lastAt.localeCompare(a.lastAt))
      .slice(0, releasesShown)
      .map(
        ({ release, environment, events: count, firstAt, lastAt, liveAt }) =>
          `  met by ${withShortShas(release ?? 'no release')} in ${environment}: ${counted(count, 'event')}, first ${ago(firstAt, now)}, last ${ago(lastAt, now)}${liveAt === null ? '' : `, live since ${ago(liveAt, now)}`}`,
      ),
    ...(releases.length > releasesShown ? [`  and ${releases.length - releasesShown} more: --json`] : []),
  ]
}

const added = (lists: readonly number[][], length: number): number[] =>
  Array.from({ length }, (_, index) => lists.reduce((sum, counts) => sum + (counts[index] ?? 0), 0))

/** At most so many columns; a stretch without an event is a dot, never the lowest block. */
function blocksOf(counts: readonly number[]): string {
  const step = Math.ceil(counts.length / mostColumns)
  const columns = Array.from({ length: Math.ceil(counts.length / step) }, (_, index) =>
    counts.slice(index * step, (index + 1) * step).reduce((sum, count) => sum + count, 0),
  )
  const top = Math.max(...columns, 1)
  return columns
    .map(count => (count === 0 ? '·' : (blocks[Math.ceil((count / top) * blocks.length) - 1] ?? blocks[0])))
    .join('')
}

const names = { one: '', none: 'none said', others: 'all others', untold: 'not told apart' } as const

const sharesOf = (series: readonly SpreadSeries[], all: number): string =>
  series
    .map(
      ({ kind, name, events }) =>
        `${kind === 'one' ? withShortShas(name) : names[kind]} ${events.toLocaleString('en-GB')} (${percent(events / all)})`,
    )
    .join(', ')
