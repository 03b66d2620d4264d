import {
  type Deployment,
  GantryError,
  groupEvent,
  type LineStore,
  type PlacedTrace,
  type Project,
  placeSpans,
  type ServiceLine,
  type Store,
} from '@gantry/core'
import type { TraceDeployment, TraceEvent, TraceLine, TraceView } from '@gantry/core/api'
import { spansOfTrace } from './trace-items.ts'

const mostEvents = 200
const mostLines = 500
const mostEnvironments = 10
const deploymentsLookedAt = 50
/** Lines are looked for so far around what is known of the trace: their clocks may differ. */
const aroundMs = 10 * 60_000
/** Where nothing else is known of it. */
const lookBackMs = 90 * 86_400_000

export interface TraceParts {
  stored: Pick<Project, 'name'>
  store: Pick<Store, 'items' | 'issues' | 'deployments'>
  lines: Pick<LineStore, 'search'>
  now(): Date
}

/**
 * One trace across spans, errors, log lines and the deployments of where it passed.
 * @throws GantryError TRACE_NOT_KEPT
 */
export async function readTrace(id: string, parts: TraceParts): Promise<TraceView> {
  const { store, stored } = parts
  const kept = { project: stored.name, traceId: id, items: store.items }
  const [{ spans, leftOut }, found] = await Promise.all([
    spansOfTrace(kept),
    store.issues.ofTrace(stored.name, id, mostEvents),
  ])
  const placed = placeSpans(spans)
  const lines = await linesOf(id, spanOf(placed, found.events), parts)
  const range = rangeOf(placed, [...found.events.map(({ event }) => event.at), ...lines.lines.map(({ at }) => at)])
  if (!range) throw new GantryError('TRACE_NOT_KEPT', `nothing is kept of trace ${id}`)
  const about = { startMs: range.startMs, shown: new Set(spans.map(span => span.id)) }
  const events = found.events.map(one => eventOf(one, about))
  const environments = [...spans, ...events, ...lines.lines].flatMap(({ environment }) => environment ?? [])
  return {
    id,
    startedAt: new Date(range.startMs).toISOString(),
    ms: range.endMs - range.startMs,
    spans: placed?.spans ?? [],
    leftOut: { spans: leftOut, events: Math.max(0, found.total - events.length), lines: lines.hasMore },
    services: servicesOf(placed),
    missingParents: placed?.spans.filter(({ missingParent }) => missingParent !== null).length ?? 0,
    circles: placed?.spans.filter(({ isInCircle }) => isInCircle).length ?? 0,
    events,
    lines: lines.lines.map(line => lineOf(line, about)),
    deployments: await deploymentsOf([...new Set(environments)].slice(0, mostEnvironments), range, parts),
  }
}

interface Range {
  startMs: number
  endMs: number
}

/** From the first to the last thing that is known. */
function around(instants: readonly number[]): Range | null {
  if (instants.length === 0) return null
  return { startMs: Math.min(...instants), endMs: Math.max(...instants) }
}

const spanOf = (placed: PlacedTrace | null, events: readonly { event: { at: string } }[]): Range | null =>
  around([...(placed ? [placed.startMs, placed.endMs] : []), ...events.map(({ event }) => Date.parse(event.at))])

/** Spans say how long it took; where there are none, what else happened does. */
const rangeOf = (placed: PlacedTrace | null, instants: readonly string[]): Range | null =>
  placed ?? around(instants.map(Date.parse))

async function linesOf(id: string, known: Range | null, { lines, stored, now }: TraceParts) {
  const instant = (ms: number) => new Date(ms).toISOString()
  const range = known
    ? { from: instant(known.startMs - aroundMs), to: instant(known.endMs + aroundMs) }
    : { from: instant(now().getTime() - lookBackMs) }
  return lines.search(stored.name, { ...range, term: { kind: 'is', name: 'trace', value: id }, limit: mostLines })
}

interface About {
  startMs: number
  shown: ReadonlySet<string>
}

const shownSpan = (id: unknown, { shown }: About): string | null =>
  typeof id === 'string' && shown.has(id) ? id : null

function eventOf(
  { issue, event }: Awaited<ReturnType<Store['issues']['ofTrace']>>['events'][number],
  about: About,
): TraceEvent {
  const { id, level, at, service, environment, release, spanId } = event
  return {
    ...{ id, level, at, service, environment, release, issue },
    title: groupEvent(event).title,
    span: shownSpan(spanId, about),
    startMs: Date.parse(at) - about.startMs,
  }
}

/** As OpenTelemetry, Sentry and loggers name the span a line was written in. */
const spanFields = ['span_id', 'sentry.trace.parent_span_id', 'spanId', 'span.id', 'dd.span_id'] as const

function lineOf({ project: _, trace: __, fields, ...line }: ServiceLine, about: About): TraceLine {
  const span = spanFields.map(name => fields[name]).find(id => typeof id === 'string')
  return { ...line, span: shownSpan(span, about), startMs: Date.parse(line.at) - about.startMs }
}

function servicesOf(placed: PlacedTrace | null): TraceView['services'] {
  const clocks = new Map(placed?.clocks.map(({ service, byMs }) => [service, byMs]))
  return [...Map.groupBy(placed?.spans ?? [], ({ service }) => service)]
    .map(([service, spans]) => ({
      service,
      spans: spans.length,
      failed: spans.filter(({ hasFailed }) => hasFailed).length,
      ownMs: Math.round(spans.reduce((sum, { ownMs }) => sum + ownMs, 0) * 1_000) / 1_000,
      clockMs: clocks.get(service ?? '') ?? 0,
    }))
    .toSorted((a, b) => b.ownMs - a.ownMs)
}

/** Of each environment the one that was live when it began, and those that went live until it ended. */
async function deploymentsOf(
  environments: readonly string[],
  { startMs, endMs }: Range,
  { store, stored }: TraceParts,
): Promise<TraceDeployment[]> {
  const found = await Promise.all(
    environments.map(environment => store.deployments.list(stored.name, { environment, limit: deploymentsLookedAt })),
  )
  return found.flatMap(listed => {
    const went = listed.flatMap(deployment => shownDeployment(deployment, startMs)).toSorted(byLive)
    const before = went.findLast(({ startMs: at }) => at <= 0)
    return [...(before ? [before] : []), ...went.filter(({ startMs: at }) => at > 0 && at <= endMs - startMs)]
  })
}

const byLive = (a: TraceDeployment, b: TraceDeployment): number => a.startMs - b.startMs

function shownDeployment(deployment: Deployment, startMs: number): TraceDeployment[] {
  const { id, environment, release, kind, liveAt } = deployment
  return liveAt === null ? [] : [{ id, environment, release, kind, liveAt, startMs: Date.parse(liveAt) - startMs }]
}
