import { lengthOf, type Node, startOf } from './span-node.ts'

/** How far the clock of a service is off by the spans that others called. Negative: it is ahead. */
export interface MovedClock {
  service: string
  /** The most a span of it was moved. */
  byMs: number
  spans: number
}

/** Clocks of machines that are kept in time differ by less: such a span is where it says. */
const tolerableMs = 2

/**
 * Moves what two clocks tell differently. A span of another service cannot begin before the one that called it; one that
 * answers a call lies within it. What is below moves along, as long as it is of the same service. Each is moved by one link at
 * a time, so that one wrong clock pulls nothing but its own spans.
 */
export function moveSpans(roots: readonly Node[]): MovedClock[] {
  const clocks = new Map<string, MovedClock>()
  const open = [...roots]
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.parent) node.movedMs = moveOf(node, node.parent)
    if (node.movedMs !== 0) note(node, clocks)
    open.push(...node.children)
  }
  return [...clocks.values()].toSorted((a, b) => Math.abs(b.byMs) - Math.abs(a.byMs))
}

function moveOf(node: Node, parent: Node): number {
  const { span } = node
  if (span.service === parent.span.service) return parent.movedMs
  const [from, to] = [startOf(parent), startOf(parent) + lengthOf(parent)]
  const isCalled = span.kind === 'server'
  const isEarly = span.startMs < from - tolerableMs
  const isLate = isCalled && span.startMs > to + tolerableMs
  if (!isEarly && !isLate) return 0
  // Where the way there and back took as long, if it fits at all.
  const room = isCalled ? Math.max(0, lengthOf(parent) - lengthOf(node)) : 0
  return from + room / 2 - span.startMs
}

function note({ span, movedMs }: Node, clocks: Map<string, MovedClock>): void {
  const service = span.service ?? ''
  const known = clocks.get(service) ?? { service, byMs: 0, spans: 0 }
  known.spans++
  if (Math.abs(movedMs) > Math.abs(known.byMs)) known.byMs = Math.round(movedMs)
  clocks.set(service, known)
}
