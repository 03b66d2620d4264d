import type { PlacedSpan, TraceEvent, TraceLine, TraceView } from '@gantry/core/api'

/** What stands in one row of the waterfall: a span, or what happened within it. */
export type WaterfallRow =
  | { kind: 'span'; key: string; depth: number; startMs: number; span: PlacedSpan; hidden: number }
  | { kind: 'event'; key: string; depth: number; startMs: number; event: TraceEvent }
  | { kind: 'line'; key: string; depth: number; startMs: number; line: TraceLine }

export interface RowChoice {
  /** Keys of spans whose insides are folded away. */
  folded: ReadonlySet<string>
  withLines: boolean
  onlyFailed: boolean
}

/** A span may have come twice by two services, with one id: its place in the list tells it from the other. */
export const keyOfSpan = (span: PlacedSpan, index: number): string => `s${index} ${span.id}`

/**
 * Rows in reading order. What happened within a span stands among the spans below it, by its time; what says no span stands at
 * the top. Walks the list once: there may be ten thousand.
 */
export function waterfallRows(trace: TraceView, { folded, withLines, onlyFailed }: RowChoice): WaterfallRow[] {
  const wanted = onlyFailed ? leadingToFailures(trace) : null
  const marks = marksBySpan(trace, withLines)
  const rows: WaterfallRow[] = []
  const open: { id: string | null; depth: number; marks: WaterfallRow[] }[] = [
    { id: null, depth: -1, marks: marks.get(null) ?? [] },
  ]
  let foldedAt: { row: WaterfallRow & { kind: 'span' }; depth: number } | null = null
  const until = (startMs: number, depth: number) => {
    while (open.length > 1 && (open.at(-1)?.depth ?? -1) >= depth) rows.push(...(open.pop()?.marks ?? []))
    const own = open.at(-1)?.marks ?? []
    while ((own[0]?.startMs ?? Number.POSITIVE_INFINITY) < startMs) rows.push(own.shift() as WaterfallRow)
  }
  for (const [index, span] of trace.spans.entries()) {
    if (wanted && !wanted.has(index)) continue
    if (foldedAt && span.depth > foldedAt.depth) {
      foldedAt.row.hidden++
      marks.delete(span.id)
      continue
    }
    until(span.startMs, span.depth)
    const key = keyOfSpan(span, index)
    const row = { kind: 'span' as const, key, depth: span.depth, startMs: span.startMs, span, hidden: 0 }
    rows.push(row)
    const inside = (marks.get(span.id) ?? []).map(mark => ({ ...mark, depth: span.depth + 1 }))
    marks.delete(span.id)
    foldedAt = folded.has(key) ? { row, depth: span.depth } : null
    open.push({
      id: span.id,
      depth: span.depth,
      marks: foldedAt ? inside.filter(({ kind }) => kind === 'event') : inside,
    })
  }
  until(Number.POSITIVE_INFINITY, 0)
  return rows
}

/** Each in the order of time. An error is shown wherever only failures are; a line is not. */
function marksBySpan(trace: TraceView, withLines: boolean): Map<string | null, WaterfallRow[]> {
  const marks: WaterfallRow[] = [
    ...trace.events.map(event => ({
      ...{ kind: 'event' as const, key: `e${event.id}`, depth: 0, startMs: event.startMs, event },
    })),
    ...(withLines ? trace.lines : []).map(line => ({
      ...{ kind: 'line' as const, key: `l${line.id}`, depth: 0, startMs: line.startMs, line },
    })),
  ]
  return Map.groupBy(
    marks.toSorted((a, b) => a.startMs - b.startMs),
    mark => (mark.kind === 'event' ? mark.event.span : mark.kind === 'line' ? mark.line.span : null),
  )
}

/** Places of spans that failed, or that an error happened in, and of all above them. */
function leadingToFailures({ spans, events }: TraceView): Set<number> {
  const met = new Set(events.map(({ span }) => span))
  const wanted = new Set<number>()
  const above: number[] = []
  for (const [index, span] of spans.entries()) {
    above.length = span.depth
    above[span.depth] = index
    if (span.hasFailed || met.has(span.id)) for (const each of above) wanted.add(each)
  }
  return wanted
}
