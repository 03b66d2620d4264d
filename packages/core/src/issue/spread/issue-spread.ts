import * as z from 'zod'

/** Events of an issue within one stretch of time, of one environment and release. */
export interface SpreadCell {
  bucket: number
  environment: string
  release: string | null
  events: number
}

/** How often an issue was met by a release in an environment, since that is counted. */
export const SeenRelease = z.object({
  release: z.string().nullable().describe('null: the client says none'),
  environment: z.string(),
  events: z.int(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
})
export type SeenRelease = z.output<typeof SeenRelease>

/** What is told apart over time, as one colour of a chart. */
export const SpreadSeries = z.object({
  kind: z
    .enum(['one', 'none', 'others', 'untold'])
    .describe(
      'one: as named; none: the client says none; others: all further ones; untold: counted by their time alone',
    ),
  name: z.string(),
  events: z.int(),
  counts: z.array(z.int()).describe('by stretch of time, oldest first'),
})
export type SpreadSeries = z.output<typeof SpreadSeries>

/** How many are told apart; the rest is one series. */
export const mostSeries = 5

/**
 * Cells as series, those with the most events first. `all` counts every event by its time: what it has more than the cells was
 * counted before they were.
 */
export function spreadSeries(
  cells: readonly SpreadCell[],
  by: 'release' | 'environment',
  all: readonly number[],
): SpreadSeries[] {
  const sums = new Map<string | null, number[]>()
  for (const { bucket, events, ...cell } of cells) {
    const counts = sums.get(cell[by]) ?? all.map(() => 0)
    counts[bucket] = (counts[bucket] ?? 0) + events
    sums.set(cell[by], counts)
  }
  const ordered = [...sums].toSorted(([, a], [, b]) => sumOf(b) - sumOf(a))
  const named = ordered.flatMap(([name, counts]) => (name === null ? [] : [series('one', name, counts)]))
  const none = sums.get(null)
  const told = added([...sums.values()], all)
  return [
    ...named.slice(0, mostSeries),
    series(
      'others',
      '',
      added(
        named.slice(mostSeries).map(({ counts }) => counts),
        all,
      ),
    ),
    ...(none ? [series('none', '', none)] : []),
    series(
      'untold',
      '',
      all.map((count, index) => Math.max(0, count - (told[index] ?? 0))),
    ),
  ].filter(({ events }) => events > 0)
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
const added = (lists: readonly (readonly number[])[], like: readonly number[]): number[] =>
  like.map((_, index) => lists.reduce((sum, counts) => sum + (counts[index] ?? 0), 0))
const series = (kind: SpreadSeries['kind'], name: string, counts: number[]): SpreadSeries => ({
  ...{ kind, name, counts },
  events: sumOf(counts),
})
