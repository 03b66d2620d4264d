import type { ErrorEvent } from '@gantry/core/api'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ReleaseLink } from '../ui/release-link.tsx'

/** Where it happened, what led there, and the way to its logs. */
export function EventDetails({ event, trail }: { event: ErrorEvent; trail: readonly (string | null)[] }) {
  const around = (minutes: number) => new Date(Date.parse(event.at) + minutes * 60_000).toISOString()
  return (
    <div className="grid min-w-0 gap-4 border-edge border-t p-3 md:grid-cols-2">
      <section aria-label="Event">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
          <Fact name="environment">{event.environment}</Fact>
          <Fact name="service">{event.service}</Fact>
          <Fact name="release">{event.release && <ReleaseLink id={event.release} />}</Fact>
          <Fact name="transaction">{event.transaction}</Fact>
          <Fact name="url">{event.url}</Fact>
          <Fact name="person">{event.user}</Fact>
          <Fact name="sdk">{event.sdk}</Fact>
          {tagsOnly(event).map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </dl>
        <p className="mt-2">
          <Link
            to="/logs"
            search={{
              environment: event.environment,
              ...(event.traceId ? { traceId: event.traceId } : event.service ? { service: event.service } : {}),
              from: around(-5),
              to: around(5),
            }}
            className="link"
          >
            {event.traceId ? 'Logs of this trace' : 'Logs around it'}
          </Link>
          {event.traceId && (
            <>
              {' · '}
              <Link
                to="/traces/$trace"
                params={{ trace: event.traceId }}
                search={{ ...(event.spanId && { span: event.spanId }) }}
                className="link"
              >
                Its trace
              </Link>
            </>
          )}
        </p>
      </section>
      <section aria-label="Trail">
        <h3 className="font-semibold">Trail</h3>
        {event.breadcrumbs.length === 0 && <p className="text-muted">The SDK sent none.</p>}
        <ol className="max-h-60 overflow-y-auto">
          {event.breadcrumbs
            .map(withData(trail))
            .toReversed()
            .map(({ crumb, data }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the trail of one event never moves
              <li key={index} className="flex gap-2 py-0.5">
                <code className="shrink-0 text-muted">{crumb.at?.slice(11, 19)}</code>
                <span className="w-20 shrink-0 truncate text-muted">{crumb.category}</span>
                <span className={`min-w-0 break-words ${crumb.level === 'error' ? 'text-bad' : ''}`}>
                  {crumb.message}
                  {data && (
                    <details>
                      <summary className="cursor-pointer text-12 text-muted">data</summary>
                      <pre className="whitespace-pre-wrap break-words">{data}</pre>
                    </details>
                  )}
                </span>
              </li>
            ))}
        </ol>
      </section>
    </div>
  )
}

const withData = (trail: readonly (string | null)[]) => (crumb: ErrorEvent['breadcrumbs'][number], index: number) => ({
  crumb,
  data: trail[index] ?? null,
})

/** Tags that do not say again what stands above them. */
const tagsOnly = ({ tags, ...event }: ErrorEvent): [string, string][] =>
  Object.entries(tags).filter(([name, value]) => event[name as keyof typeof event] !== value)

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  )
}
