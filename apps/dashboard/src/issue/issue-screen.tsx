import type { EventView, IssueView } from '@gantry/core/api'
import { counted, muteInWords, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { issueFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { EventDetails } from './event-details.tsx'
import { EventReported } from './event-report.tsx'
import { StackTrace } from './event-stack.tsx'
import { IssueActivity } from './issue-activity.tsx'
import { IssueActs } from './issue-acts.tsx'
import { IssueOrigin } from './issue-origin.tsx'
import { IssueParts } from './issue-parts.tsx'
import { IssueSpreadPanel } from './issue-spread.tsx'
import { IssueTags } from './issue-tags.tsx'

const route = getRouteApi('/issues/$issue')

export function IssueScreen() {
  const { issue: number } = route.useParams()
  const search = route.useSearch()
  const offset = Math.max(0, Number(search.event ?? 1) - 1) || 0
  const issue = useQuery(queries.issue(number))
  const events = useQuery(queries.issueEvent(number, offset))
  useNeighbours()
  const event = events.data?.events[0]
  return (
    <Page
      title={issue.data?.title ?? `Issue ${number}`}
      aside={issue.data && <IssueActs issue={issue.data} event={event} />}
    >
      <Loaded query={issue} rows={4}>
        {data => <Facts issue={data} />}
      </Loaded>
      {issue.data && <IssueSpreadPanel issue={issue.data} />}
      {/* Of an issue that could not be read, its events would be refused in the same words. */}
      {(issue.data || !issue.isError) && (
        <Loaded query={events} rows={10}>
          {({ total }) =>
            event ? (
              <Event event={event} total={total} offset={offset} />
            ) : (
              <Empty>No event of it is kept any more.</Empty>
            )
          }
        </Loaded>
      )}
      {issue.data && (
        <>
          <IssueTags issue={issue.data} />
          <IssueParts issue={issue.data} />
          <IssueActivity issue={issue.data} />
        </>
      )}
    </Page>
  )
}

function Facts({ issue }: { issue: IssueView }) {
  return (
    <div className="flex flex-wrap content-start items-center gap-x-3 gap-y-1">
      <StateMark face={issueFaces[issue.state]} />
      <span>#{issue.number}</span>
      <span className="break-words">{issue.culprit}</span>
      <span>
        <b className="font-semibold">{issue.events.toLocaleString('en-GB')}</b>{' '}
        {issue.events === 1 ? 'event' : 'events'} · {counted(issue.people, 'person', 'people')}
      </span>
      <span className="text-muted">
        first {issue.firstRelease && <ReleaseLink id={issue.firstRelease} />} <When at={issue.firstSeen} /> · last{' '}
        {issue.lastRelease && <ReleaseLink id={issue.lastRelease} />} <When at={issue.lastSeen} />
      </span>
      <Life issue={issue} />
      <IssueOrigin marks={issue.imported} />
      <span className="w-full text-muted">Grouped by {issue.grouping.because.join(', ') || 'its fingerprint'}.</span>
    </div>
  )
}

/** What stands beside its state: how far it is resolved or silent, and whose it is. */
function Life({ issue }: { issue: IssueView }) {
  const { resolution, mute, assignee, regressedAt } = issue
  return (
    <span className="w-full">
      {resolution?.release && resolution.how !== 'now' && (
        <>
          Resolved in {resolution.how === 'in-next-release' && 'the release after '}
          <ReleaseLink id={resolution.release} />.{' '}
        </>
      )}
      {mute && muteInWords(mute) && `Muted${muteInWords(mute)}. `}
      {regressedAt && issue.state === 'open' && (
        <>
          Came back <When at={regressedAt} />.{' '}
        </>
      )}
      {assignee && `Assigned to ${assignee.name}, ${assignee.why.replaceAll('-', ' ')}.`}
    </span>
  )
}

function Event({ event, total, offset }: { event: EventView; total: number; offset: number }) {
  const navigate = route.useNavigate()
  const { stack } = route.useSearch()
  const report = useQuery(queries.eventReport(event.id))
  const details = report.data?.details ?? null
  const go = (to: number) =>
    void navigate({ search: before => ({ ...before, event: String(to + 1) }), replace: true, resetScroll: false })
  return (
    <Panel
      title={`Event ${(offset + 1).toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')}`}
      flush
      aside={
        <span className="flex flex-wrap items-center gap-2">
          <span className="text-muted">
            <When at={event.at} />
          </span>
          <Button onClick={() => go(offset - 1)} why={offset === 0 ? 'This is the newest event' : null}>
            ‹ Newer
          </Button>
          <Button onClick={() => go(offset + 1)} why={offset + 1 >= total ? 'This is the oldest event' : null}>
            Older ›
          </Button>
        </span>
      }
    >
      <StackTrace
        event={event}
        variables={details?.variables ?? []}
        mode={stack === 'all' || stack === 'raw' ? stack : 'yours'}
        onMode={mode =>
          void navigate({ search: before => ({ ...before, stack: mode }), replace: true, resetScroll: false })
        }
      />
      {event.lastChange && (
        <p className="break-words border-edge border-b px-3 py-2">
          Last changed there in <code>{shortSha(event.lastChange.sha)}</code> {event.lastChange.title}{' '}
          <span className="text-muted">
            by {nameOf(event.lastChange.author)}, <When at={event.lastChange.at} />
          </span>
        </p>
      )}
      {event.owners.length > 0 && (
        <p className="break-words border-edge border-b px-3 py-2 text-muted">CODEOWNERS: {event.owners.join(', ')}</p>
      )}
      <EventDetails event={event} trail={details?.trail ?? []} />
      <Loaded query={report} rows={3}>
        {data => <EventReported report={data} />}
      </Loaded>
    </Panel>
  )
}
