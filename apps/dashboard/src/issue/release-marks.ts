import type { Deployment } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'

const bucketMs = 15 * 60_000

/** Bars since the newest deployment of the last 24 hours are darker; the marks name each release that went live in them. */
export function markedBars(
  count: number,
  deployments: Pick<Deployment, 'release' | 'liveAt' | 'environment'>[],
  now: string | undefined,
): { tones: string[]; marks: string[] } {
  const end = now ? Date.parse(now) : 0
  const start = end - count * bucketMs
  const inside = deployments
    .filter(({ liveAt }) => liveAt && Date.parse(liveAt) > start)
    .toSorted((a, b) => (a.liveAt ?? '').localeCompare(b.liveAt ?? ''))
  const newest = inside.at(-1)?.liveAt
  const from = newest ? Math.floor((Date.parse(newest) - start) / bucketMs) : count
  return {
    tones: Array.from({ length: count }, (_, index) => (index >= from ? 'fill-bad-solid' : 'fill-unknown-solid')),
    marks: inside.map(({ release, environment }) => `${shortSha(release)} in ${environment}`),
  }
}
