import type { Check, MonitorView } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { monitorFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { duration } from '../ui/time.ts'
import { When } from '../ui/when.tsx'

export function MonitorsScreen() {
  const query = useQuery(queries.monitors())
  return (
    <Page title="Monitors">
      <Loaded query={query} rows={8}>
        {({ monitors }) => <Monitors monitors={monitors} />}
      </Loaded>
    </Page>
  )
}

function Monitors({ monitors }: { monitors: MonitorView[] }) {
  if (monitors.length === 0)
    return (
      <Empty>
        <p>
          Nothing is probed yet. Name a <code>health</code> path for a service, or a monitor, in{' '}
          <code>gantry.config.ts</code>. A job that sends check-ins by a Sentry SDK or <code>sentry-cli</code> appears
          here by itself.
        </p>
      </Empty>
    )
  const down = monitors.filter(({ state }) => state === 'down').length
  const up = monitors.filter(({ state }) => state === 'up').length
  const environments = Map.groupBy(monitors, ({ environment }) => environment)
  return (
    <>
      <p role="status">
        {down > 0 ? <b className="font-semibold text-bad">{counted(down, 'monitor')} down</b> : `None down`}, {up} of{' '}
        {counted(monitors.length, 'monitor')} up.
      </p>
      {[...environments].map(([environment, group]) => (
        <section key={environment} aria-label={environment}>
          <h2 className="pb-1 font-semibold text-14">{environment}</h2>
          <ul className="rounded-8 border border-edge bg-surface">
            {group
              .toSorted((a, b) => Number(b.state === 'down') - Number(a.state === 'down'))
              .map(monitor => (
                <Row key={monitor.id} monitor={monitor} />
              ))}
          </ul>
        </section>
      ))}
    </>
  )
}

function Row({ monitor }: { monitor: MonitorView }) {
  const { name, target, state, since, last, recent, everyMs, confirmations, streak, beat } = monitor
  const told = recent.filter(({ isOwnFault }) => !isOwnFault)
  const ok = told.filter(({ isOk }) => isOk).length
  return (
    <li className="grid items-center gap-x-4 gap-y-1 border-edge border-b px-3 py-2 last:border-0 md:grid-cols-[8rem_minmax(0,1fr)_minmax(0,15rem)_10rem]">
      <span>
        <StateMark face={monitorFaces[state]} />
        {since && (
          <span className="ml-2 text-muted">
            <When at={since} />
          </span>
        )}
      </span>
      <span className="min-w-0">
        <b className="font-semibold">{name}</b> <span className="text-muted">{monitor.service}</span>
        <span className="block break-all text-muted">{target}</span>
        {last?.error && <span className="block break-words text-bad">{last.error}</span>}
        {streak > 0 && (
          <span className="block text-warn">
            {streak} of {beat && state === 'down' ? beat.recovery : confirmations} checks in a row say otherwise
          </span>
        )}
      </span>
      <Checks checks={recent} label={`${ok} of ${counted(told.length, 'newest check')} passed`} />
      <span className="text-muted">
        {beat ? <Job beat={beat} last={last} /> : <Probe last={last} everyMs={everyMs} />}
      </span>
    </li>
  )
}

function Probe({ last, everyMs }: Pick<MonitorView, 'last' | 'everyMs'>) {
  return (
    <>
      {last ? `${duration(last.latencyMs)}, ${last.status ?? 'no answer'}` : 'not checked yet'}
      <span className="block text-12">every {duration(everyMs)}</span>
    </>
  )
}

/** Of a job that tells of itself: how long it took, and when it is expected again. */
function Job({ beat, last }: { beat: NonNullable<MonitorView['beat']>; last: Check | null }) {
  return (
    <>
      {beat.running ? 'running' : last?.isOk ? `took ${duration(last.latencyMs)}` : 'did not end well'}
      <span className="block text-12">
        {beat.dueAt === null ? 'expected at no set time' : 'expected '}
        {beat.dueAt !== null && <When at={beat.dueAt} />}
      </span>
    </>
  )
}

/** A bar a check, as tall as it was slow; failures are full and marked. */
function Checks({ checks, label }: { checks: Check[]; label: string }) {
  const top = Math.max(1, ...checks.map(({ latencyMs }) => latencyMs))
  if (checks.length === 0) return <span className="text-muted">no data</span>
  return (
    <span>
      <svg role="img" aria-label={label} viewBox="0 0 240 24" className="h-6 w-full" preserveAspectRatio="none">
        {checks.map(({ at, isOk, isOwnFault, latencyMs }, index) => {
          const tall = isOk ? Math.max(3, (latencyMs / top) * 24) : 24
          const x = 240 - (checks.length - index) * 4
          return (
            <rect
              key={at}
              x={x}
              y={24 - tall}
              width={3}
              height={tall}
              className={`bar ${isOwnFault ? 'fill-unknown-solid' : isOk ? 'fill-ok-solid' : 'fill-bad-solid'}`}
            />
          )
        })}
      </svg>
      <span className="text-12 text-muted">{label}</span>
    </span>
  )
}
