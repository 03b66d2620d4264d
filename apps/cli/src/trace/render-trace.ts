import { counted, liveInTrace, spanTime, traceNotes, withShortShas } from '@gantry/core'
import type { PlacedSpan, TraceEvent, TraceLine, TraceView } from '@gantry/core/api'
import { ago } from '../terminal/ago.ts'
import type { Painter } from '../terminal/paint.ts'
import { cut, table } from '../terminal/table.ts'

interface How {
  paint: Painter
  limit: number
  now: Date
}

/** A trace as a tree: what has to be known first, then a row for each span with what happened within it. */
export function renderTrace(trace: TraceView, { paint, limit, now }: How): string {
  const { spans, services, events, lines, deployments } = trace
  const failed = spans.filter(({ hasFailed }) => hasFailed).length
  const rows = rowsOf(trace, paint)
  const head = [
    `${spanTime(trace.ms)}, ${counted(spans.length, 'span')} in ${counted(services.length, 'service')}`,
    ...(failed > 0 ? [paint.red(`${failed} failed`)] : []),
    ...[counted(events.length, 'error'), counted(lines.length, 'line'), `began ${ago(trace.startedAt, now)}`],
  ]
  return [
    paint.bold(`trace ${trace.id}`),
    head.join(', '),
    ...deployments.map(
      ({ environment, release, startMs }) => `${environment}: ${withShortShas(release)}, ${liveInTrace(startMs)}`,
    ),
    ...traceNotes(trace).map(note => paint.yellow(`! ${note}`)),
    '',
    table(['at', 'took', 'service', ''], rows.slice(0, limit)).trimEnd(),
    ...(rows.length > limit ? [`and ${counted(rows.length - limit, 'row')} more: --limit, or --json`] : []),
    '',
    table(
      ['service', 'own time', 'spans', 'failed'],
      services.map(({ service, ownMs, spans: count, failed: bad }) => [
        ...[service ?? '–', spanTime(ownMs), String(count), bad > 0 ? paint.red(String(bad)) : '0'],
      ]),
    ).trimEnd(),
  ]
    .join('\n')
    .trimEnd()
}

type Row = string[]
const deepest = 20

/** What says no span, or one that is not shown, comes first: it belongs to all of them. */
function rowsOf({ spans, events, lines }: TraceView, paint: Painter): Row[] {
  const marks = Map.groupBy(
    [...events, ...lines].toSorted((a, b) => a.startMs - b.startMs),
    ({ span }) => span,
  )
  const below = (span: string | null, depth: number): Row[] =>
    (marks.get(span) ?? []).map(mark => markRow(mark, depth, paint))
  return [...below(null, 0), ...spans.flatMap(span => [spanRow(span, paint), ...below(span.id, span.depth + 1)])]
}

const indent = (depth: number): string => '  '.repeat(Math.min(depth, deepest))

function spanRow(
  { startMs, ms, service, depth, op, name, hasFailed, status, missingParent }: PlacedSpan,
  paint: Painter,
): Row {
  const what = `${op && op !== name ? `${op} ` : ''}${cut(name, 100)}`
  const why = `${status ? `  ${cut(status, 80)}` : ''}${missingParent ? `  (its parent ${missingParent} did not arrive)` : ''}`
  const text = hasFailed ? paint.red(`✖ ${what}${why}`) : `${what}${paint.dim(why)}`
  return [spanTime(startMs), spanTime(ms), service ?? '–', `${indent(depth)}${text}`]
}

function markRow(mark: TraceEvent | TraceLine, depth: number, paint: Painter): Row {
  const at = `${mark.startMs < 0 ? '-' : ''}${spanTime(Math.abs(mark.startMs))}`
  const text =
    'issue' in mark
      ? paint.red(`! ${cut(mark.title, 100)}  (issue ${mark.issue})`)
      : paint.dim(`· ${mark.level} ${cut(mark.message, 100)}`)
  return [at, '', mark.service ?? '–', `${indent(depth)}${text}`]
}
