import { type MovedClock, moveSpans } from './move-spans.ts'
import { byStart, lengthOf, type Node, startOf } from './span-node.ts'
import type { PlacedSpan, TracedSpan } from './traced-span.ts'

export interface PlacedTrace {
  /** Milliseconds since 1970, clocks corrected: of its first and its last moment. */
  startMs: number
  endMs: number
  /** Each behind its parent, children in the order they began. */
  spans: PlacedSpan[]
  clocks: MovedClock[]
}

/**
 * Makes a tree of spans. A parent that did not arrive leaves its children at the top; a circle is cut where it began
 * first; what a clock that is off would put before its caller is moved. Never recurses: a trace may be ten thousand deep.
 */
export function placeSpans(spans: readonly TracedSpan[]): PlacedTrace | null {
  const nodes = linked(spans)
  const roots = nodes.filter(({ parent }) => parent === null).toSorted(byStart)
  const clocks = moveSpans(roots)
  const starts = nodes.map(startOf)
  if (starts.length === 0) return null
  const startMs = starts.reduce((least, at) => Math.min(least, at))
  const endMs = nodes.reduce((latest, node) => Math.max(latest, startOf(node) + lengthOf(node)), startMs)
  return { startMs, endMs, spans: inOrder(roots).map(({ node, depth }) => placed(node, depth, startMs)), clocks }
}

function linked(spans: readonly TracedSpan[]): Node[] {
  const nodes = spans.map(
    (span): Node => ({ span, parent: null, children: [], missingParent: null, isInCircle: false, movedMs: 0 }),
  )
  const byId = new Map<string, Node>()
  for (const node of nodes) if (!byId.has(node.span.id)) byId.set(node.span.id, node)
  for (const node of nodes) {
    const { parent } = node.span
    if (parent === null) continue
    node.parent = byId.get(parent) ?? null
    if (!node.parent) node.missingParent = parent
  }
  cutCircles(nodes)
  for (const node of nodes) node.parent?.children.push(node)
  return nodes
}

/** Walks up from each span once; whoever is met again on the same way is in a circle. */
function cutCircles(nodes: readonly Node[]): void {
  const safe = new Set<Node>()
  for (const node of nodes) {
    const way = new Set<Node>()
    let at: Node | null = node
    while (at && !safe.has(at) && !way.has(at)) {
      way.add(at)
      at = at.parent
    }
    if (at && way.has(at)) cutCircle(at)
    for (const each of way) safe.add(each)
  }
}

function cutCircle(member: Node): void {
  let first = member
  for (let at = member.parent; at && at !== member; at = at.parent) if (byStart(at, first) < 0) first = at
  first.parent = null
  first.isInCircle = true
}

function inOrder(roots: readonly Node[]): { node: Node; depth: number }[] {
  const order: { node: Node; depth: number }[] = []
  const open = roots.toReversed().map(node => ({ node, depth: 0 }))
  for (let next = open.pop(); next; next = open.pop()) {
    order.push(next)
    const { node, depth } = next
    for (const child of node.children.toSorted(byStart).toReversed()) open.push({ node: child, depth: depth + 1 })
  }
  return order
}

function placed(node: Node, depth: number, startMs: number): PlacedSpan {
  const { span, parent, children, missingParent, isInCircle, movedMs } = node
  const { startMs: _, endMs: __, parent: ___, ...facts } = span
  return {
    ...facts,
    ...{ parent: parent?.span.id ?? null, depth, children: children.length },
    startMs: rounded(startOf(node) - startMs),
    ms: rounded(lengthOf(node)),
    ownMs: rounded(ownTime(node)),
    ...{ missingParent, isInCircle, movedMs: rounded(movedMs) },
  }
}

/** To the microsecond: more is noise of the number that an instant is told by. */
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000

/** While none of its children ran; two that ran at once are counted once. */
function ownTime(node: Node): number {
  const end = startOf(node) + lengthOf(node)
  let at = startOf(node)
  let own = 0
  for (const child of node.children.toSorted(byStart)) {
    const from = Math.min(Math.max(startOf(child), at), end)
    own += from - at
    at = Math.min(Math.max(at, startOf(child) + lengthOf(child)), end)
  }
  return own + Math.max(0, end - at)
}
