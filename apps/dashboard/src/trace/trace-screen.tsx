import type { TraceView } from '@gantry/core/api'
import { counted, liveInTrace, spanTime, traceNotes } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { queries } from '../api/queries.ts'
import { CopyButton } from '../ui/command.tsx'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { seriesLook } from '../ui/series.ts'
import { traceFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { SpanPanel } from './span-panel.tsx'
import { TraceServices } from './trace-services.tsx'
import { Waterfall } from './waterfall.tsx'

const route = getRouteApi('/traces/$trace')
const hourMs = 3_600_000

/** One request on its way through services: what took how long, what failed, what was written, and what ran there. */
export function TraceScreen() {
  const { trace: id } = route.useParams()
  const query = useQuery(queries.trace(id))
  return (
    <Page
      title={`Trace ${id.slice(0, 8)}`}
      heading={
        <>
          Trace <code className="break-all text-16">{id}</code>
        </>
      }
      aside={
        <>
          <CopyButton name="Copy a link to the trace" text={() => location.href} />
          {query.data && <LogsLink trace={query.data} />}
        </>
      }
    >
      <Loaded query={query} rows={12}>
        {trace => <Trace trace={trace} />}
      </Loaded>
    </Page>
  )
}

function LogsLink({ trace: { id, startedAt, ms } }: { trace: TraceView }) {
  const at = Date.parse(startedAt)
  const instant = (value: number) => new Date(value).toISOString()
  return (
    <Link
      to="/logs"
      search={{ traceId: id, from: instant(at - hourMs), to: instant(at + ms + hourMs) }}
      className="link"
    >
      Its log lines
    </Link>
  )
}

function Trace({ trace }: { trace: TraceView }) {
  const { span } = route.useSearch()
  const looks = new Map(trace.services.map(({ service }, index) => [service, seriesLook(index)]))
  const lookOf = (service: string | null) => looks.get(service) ?? ''
  const chosen = trace.spans.find(({ id }) => id === span)
  return (
    <>
      <Summary trace={trace} />
      <div className={`grid min-w-0 items-start gap-3 ${chosen ? 'lg:grid-cols-[minmax(0,1fr)_22rem]' : ''}`}>
        <Waterfall trace={trace} lookOf={lookOf} />
        {chosen && <SpanPanel trace={trace} span={chosen} />}
      </div>
      {trace.services.length > 0 && (
        <Panel title="Time by service" flush>
          <TraceServices trace={trace} lookOf={lookOf} />
        </Panel>
      )}
    </>
  )
}

function Summary({ trace }: { trace: TraceView }) {
  const { spans, events, lines, services, startedAt, ms, deployments } = trace
  const failed = spans.filter(({ hasFailed }) => hasFailed).length
  const notes = traceNotes(trace)
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateMark face={traceFaces[failed + events.length > 0 ? 'failed' : 'fine']} />
        <b className="font-semibold">{spanTime(ms)}</b>
        <span>
          {counted(spans.length, 'span')} in {counted(services.length, 'service')}
          {failed > 0 && `, ${failed.toLocaleString('en-GB')} failed`} · {counted(events.length, 'error')} ·{' '}
          {counted(lines.length, 'line')}
        </span>
        <span className="text-muted">
          began <When at={startedAt} />
        </span>
      </p>
      {deployments.length > 0 && (
        <ul aria-label="What ran there" className="flex flex-wrap gap-x-4 gap-y-1">
          {deployments.map(({ id, environment, release, kind, startMs }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-1.5">
              <Link to="/issues" search={{ environment }} className="link">
                {environment}
              </Link>
              {startMs <= 0 ? 'ran' : kind === 'rollback' ? 'was rolled back to' : 'got'} <ReleaseLink id={release} />
              <span className="text-muted">{liveInTrace(startMs)}</span>
            </li>
          ))}
        </ul>
      )}
      {notes.length > 0 && (
        <ul aria-label="To know before reading it">
          {notes.map(note => (
            <li key={note} className="flex items-start gap-1.5">
              <TriangleAlert aria-hidden size={14} className="mt-0.5 shrink-0 text-warn" />
              <span>{note}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
