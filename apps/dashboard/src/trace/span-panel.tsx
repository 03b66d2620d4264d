import type { PlacedSpan, SpanDetails, TraceView } from '@gantry/core/api'
import { spanTime } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import { Facts } from '../issue/event-report.tsx'
import { IconButton } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { traceFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { clock } from '../ui/time.ts'
import { withSearch } from './trace-search.ts'

const route = getRouteApi('/traces/$trace')

/** All that is known of one span. */
export function SpanPanel({ trace, span }: { trace: TraceView; span: PlacedSpan }) {
  const navigate = route.useNavigate()
  const query = useQuery(queries.span(trace.id, span.id))
  const close = () =>
    void navigate({ search: before => withSearch(before, { span: undefined }), replace: true, resetScroll: false })
  useKeys({ Escape: close })
  return (
    <Panel
      title="Span"
      aside={
        <IconButton name="Close" onClick={close}>
          <X size={14} aria-hidden />
        </IconButton>
      }
    >
      <p className="break-words font-semibold">{span.name}</p>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
        <Fact name="state">
          <StateMark face={traceFaces[span.hasFailed ? 'failed' : 'fine']} />
          {span.status && <span className="break-words"> {span.status}</span>}
        </Fact>
        <Fact name="took">
          {spanTime(span.ms)}, {spanTime(span.ownMs)} of it by itself
        </Fact>
        <Fact name="began">
          {spanTime(span.startMs)} into the trace
          {span.movedMs !== 0 && `, moved by ${spanTime(Math.abs(span.movedMs))}`}
        </Fact>
        <Fact name="operation">{span.op}</Fact>
        <Fact name="service">{span.service}</Fact>
        <Fact name="environment">{span.environment}</Fact>
        <Fact name="release">{span.release && <ReleaseLink id={span.release} />}</Fact>
        <Fact name="parent">
          {span.parent ?? (span.missingParent && `${span.missingParent}, which did not arrive`)}
        </Fact>
        <Fact name="id">{span.id}</Fact>
      </dl>
      <Loaded query={query} rows={4}>
        {details => <Details details={details} />}
      </Loaded>
    </Panel>
  )
}

function Details({ details: { attributes, events, links } }: { details: SpanDetails }) {
  return (
    <div className="mt-2 grid gap-2">
      {events.map(({ name, at, facts }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what happened within a span never moves
        <details key={index} open={name === 'exception'}>
          <summary className="row cursor-pointer leading-8">
            <span className="font-semibold">{name}</span>{' '}
            {at && <span className="text-muted">{clock(at, { millis: true })} UTC</span>}
          </summary>
          <Facts facts={facts} />
        </details>
      ))}
      {links.map(({ trace, span }) => (
        <p key={`${trace} ${span}`} className="break-all">
          Follows from{' '}
          <Link to="/traces/$trace" params={{ trace }} search={{ ...(span && { span }) }} className="link">
            {trace}
          </Link>
        </p>
      ))}
      {attributes.length > 0 && (
        <details open>
          <summary className="row cursor-pointer leading-8">
            <span className="font-semibold">attributes</span> <span className="text-muted">{attributes.length}</span>
          </summary>
          <Facts facts={attributes} />
        </details>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  )
}
