import type { ReleaseSessions, ReleaseSessionsIn } from '@gantry/core/api'
import { counted, countedSessions, crashFreeInWords, percent, shortSha, sinceLiveInWords } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { BarTable, Legend, StackedBars } from '../ui/stacked-bars.tsx'
import { absolute } from '../ui/time.ts'
import { When } from '../ui/when.tsx'

/** How the sessions of a release's users went, by environment: beside the verdict, which counts requests and errors. */
export function SessionsPanel({ release }: { release: string }) {
  const query = useQuery(queries.releaseSessions(release))
  return (
    <Panel title="Sessions">
      <Loaded query={query} rows={4}>
        {sessions => <Sessions sessions={sessions} />}
      </Loaded>
    </Panel>
  )
}

function Sessions({ sessions }: { sessions: ReleaseSessions }) {
  const { environments, names } = sessions
  if (environments.length === 0)
    return (
      <p className="text-muted">
        No client told of a session of this release within seven days, so nothing is known of its crashes. Clients of
        Sentry tell of sessions by themselves, once they name the release <code>{shortSha(names[0] ?? '')}</code> by its
        whole id.
      </p>
    )
  return (
    <ul className="grid gap-5">
      {environments.map(own => (
        <li key={`${own.environment} ${own.kind}`} className="grid min-w-0 gap-2">
          <h3 className="font-semibold">
            {own.environment}{' '}
            <span className="font-normal text-muted">
              {own.kind === 'request' ? 'requests that servers answered' : 'visits of people and runs of programs'}
            </span>
          </h3>
          <Numbers own={own} />
          <OverTime own={own} sessions={sessions} />
        </li>
      ))}
    </ul>
  )
}

function Numbers({ own }: { own: ReleaseSessionsIn }) {
  const { adoption, errored, abnormal, kind } = own
  return (
    <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-4">
      <Figure name="Without a crash" value={percent(own.crashFreeSessions)} isKnown={own.sessions > 0}>
        {own.sessions === 0 ? 'no session began' : `of ${countedSessions(own.sessions, kind)}`}
        {errored > 0 && `; ${countedSessions(errored, kind)} met an error that was handled`}
        {abnormal > 0 && `; ${countedSessions(abnormal, kind)} ended without saying so`}
      </Figure>
      <Figure name="People without a crash" value={percent(own.crashFreePeople)} isKnown={own.people > 0}>
        {own.people > 0 ? `of ${counted(own.people, 'person', 'people')}` : 'its clients say of nobody who they are'}
      </Figure>
      <Figure name="Adoption" value={percent(adoption.share)} isKnown={adoption.of > 0}>
        {adoption.of > 0
          ? `${adoption.sessions.toLocaleString('en-GB')} of ${countedSessions(adoption.of, kind)} there in 24 hours`
          : 'nothing began there in 24 hours'}
      </Figure>
      <SinceLive own={own} />
    </dl>
  )
}

/** A share of nothing is no share: it is never drawn as one. */
function Figure(props: { name: string; value: string; isKnown: boolean; children: ReactNode }) {
  const { name, value, isKnown, children } = props
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd>
        <b className={`block font-semibold text-16 ${isKnown ? '' : 'text-unknown'}`}>{value}</b>
        <span className="text-12 text-muted">{children}</span>
      </dd>
    </div>
  )
}

const tones: Readonly<Record<string, string>> = {
  'more crash than before': 'text-bad',
  'fewer crash than before': 'text-ok',
}

/** What helps to decide about a rollback: the same time of the release before. */
function SinceLive({ own }: { own: ReleaseSessionsIn }) {
  const { sinceLive, kind } = own
  const words = sinceLiveInWords(own)
  if (!sinceLive) return null
  const { former } = sinceLive
  return (
    <div className="min-w-0">
      <dt className="text-muted">
        Since it went live, <When at={sinceLive.at} />
      </dt>
      <dd>
        <b className={`block font-semibold text-14 leading-6 ${tones[words ?? ''] ?? ''}`}>
          {words ? `${words[0]?.toUpperCase()}${words.slice(1)}` : 'No release before it'}
        </b>
        <span className="text-12 text-muted">
          {crashFreeInWords(sinceLive.own, kind)} without a crash
          {former && (
            <>
              ; <ReleaseLink id={former.release} /> in as much time before: {crashFreeInWords(former, kind)}
            </>
          )}
        </span>
      </dd>
    </div>
  )
}

function OverTime({ own, sessions }: { own: ReleaseSessionsIn; sessions: ReleaseSessions }) {
  const { from, bucketMs } = sessions
  const fromMs = Date.parse(from)
  const labels = own.counts.map(
    (_, index) => `${absolute(new Date(fromMs + index * bucketMs).toISOString(), fromMs, 'UTC')} UTC`,
  )
  const fine = own.counts.map(({ sessions: all, crashed }) => Math.max(0, all - crashed))
  const crashed = own.counts.map(count => count.crashed)
  const series = [
    { name: 'without a crash', look: 'bg-series-1', counts: fine },
    { name: 'crashed', look: 'bg-bad-solid', counts: crashed },
  ]
  const marks = own.sinceLive
    ? [
        {
          bucket: (Date.parse(own.sinceLive.at) - fromMs) / bucketMs,
          text: `Went live ${own.sinceLive.at.slice(0, 16).replace('T', ' ')} UTC`,
        },
      ]
    : []
  return (
    <figure className="grid min-w-0 gap-1">
      <StackedBars
        series={series}
        labels={labels}
        marks={marks.filter(({ bucket }) => bucket >= 0)}
        height="h-20"
        label={`${countedSessions(own.sessions, own.kind)} in ${own.environment} over seven days, ${counted(own.crashed, 'crash', 'crashes')}`}
      />
      <figcaption className="flex flex-wrap justify-between gap-x-3 text-12 text-muted">
        <span>{labels[0]}</span>
        <span>
          a bar is {bucketMs / 3_600_000} hours{marks.length > 0 && ' · ◆ it went live'}
        </span>
        <span>now</span>
      </figcaption>
      <Legend series={series.map(({ name, look }) => ({ name, look, content: name }))} />
      <BarTable series={series} labels={labels} caption={`Sessions in ${own.environment}`} time="from" />
    </figure>
  )
}
