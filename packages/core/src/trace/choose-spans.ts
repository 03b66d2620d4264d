import type { TracedSpan } from './traced-span.ts'

/**
 * As many as may be shown, in the order they came: what failed and what took longest, each with all that is above it, so that
 * the short and many are left out. A span that came twice is told of once.
 */
export function chooseSpans(all: readonly TracedSpan[], most: number): TracedSpan[] {
  const spans = once(all)
  if (spans.length <= most) return spans
  const byId = new Map(spans.map(span => [span.id, span]))
  const chosen = new Set<TracedSpan>()
  let refused = 0
  for (const span of spans.toSorted(mostTelling)) {
    const room = most - chosen.size
    if (room === 0 || refused > mostRefused) break
    const path = pathAbove(span, byId, { chosen, room })
    if (path.size > room) refused++
    else for (const each of path) chosen.add(each)
  }
  return spans.filter(span => chosen.has(span))
}

/** Of paths that are too long for the room there is: each costs a walk of its length. */
const mostRefused = 100

/** Two services may have made the same id up; one service tells of it again when it was not answered. */
function once(spans: readonly TracedSpan[]): TracedSpan[] {
  const seen = new Set<string>()
  return spans.filter(({ id, service }) => {
    const key = `${id} ${service ?? ''}`
    return !seen.has(key) && seen.add(key)
  })
}

const mostTelling = (a: TracedSpan, b: TracedSpan): number =>
  Number(b.hasFailed) - Number(a.hasFailed) || b.endMs - b.startMs - (a.endMs - a.startMs)

interface Room {
  chosen: ReadonlySet<TracedSpan>
  room: number
}

/** The span and those above it that are not chosen yet; ends where it comes back to itself, and where there is no room for more. */
function pathAbove(span: TracedSpan, byId: ReadonlyMap<string, TracedSpan>, { chosen, room }: Room): Set<TracedSpan> {
  const path = new Set<TracedSpan>()
  for (let at: TracedSpan | undefined = span; at && !chosen.has(at) && !path.has(at) && path.size <= room; ) {
    path.add(at)
    at = at.parent === null ? undefined : byId.get(at.parent)
  }
  return path
}
