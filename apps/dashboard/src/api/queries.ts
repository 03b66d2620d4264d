import type {
  CiMetrics,
  DeliveryFigures,
  Deployment,
  EventReport,
  EventView,
  ForwardView,
  Incident,
  IncidentView,
  IntakeView,
  Issue,
  IssueAct,
  IssuePart,
  IssueSpread,
  IssueView,
  LedgerRow,
  Line,
  Me,
  Member,
  MonitorView,
  PreviewList,
  ProjectView,
  ReleaseComparison,
  ReleaseSessions,
  ReleaseSummary,
  ReleaseView,
  RollbackPlan,
  Runbook,
  RunChoices,
  RunnerList,
  RunPageView,
  RunState,
  SavedSearches,
  SpanDetails,
  SpreadRange,
  TraceView,
} from '@gantry/core/api'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ofProject } from '../project/current-project.ts'
import { queryString } from '../ui/words.ts'
import { get } from './client.ts'

export interface RunFilter {
  number?: string
  sha?: string
  workflow?: string
  branch?: string
  author?: string
  event?: string
  status?: string
}

export interface IssueFilter {
  state?: Issue['state'] | undefined
  query?: string | undefined
  environment?: string | undefined
  release?: string | undefined
}

const asked = <T>(queryKey: readonly unknown[], path: string) =>
  queryOptions({ queryKey, queryFn: ({ signal }) => get<T>(ofProject(path), signal) })

const id = encodeURIComponent

/** Every question the screens ask. The first part of a key is the topic that live events name (live/apply.ts). */
export const queries = {
  runners: () => queryOptions({ queryKey: ['runners'], queryFn: ({ signal }) => get<RunnerList>('/runners', signal) }),
  me: () =>
    queryOptions({
      queryKey: ['me'],
      queryFn: ({ signal }) => get<Me>('/me', signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  projects: () =>
    queryOptions({
      queryKey: ['projects'],
      queryFn: ({ signal }) => get<{ projects: ProjectView[] }>('/projects', signal),
    }),
  line: () => asked<Line>(['line'], '/line'),
  runs: (filter: RunFilter = {}, before?: string) =>
    queryOptions({
      ...asked<RunPageView>(['runs', filter, before ?? ''], `/runs${queryString({ ...filter, before, limit: 100 })}`),
      placeholderData: keepPreviousData,
    }),
  runChoices: () => queryOptions({ ...asked<RunChoices>(['run-choices'], '/runs/choices'), staleTime: 60_000 }),
  metrics: (days: number) => asked<CiMetrics>(['metrics', days], `/metrics${queryString({ days })}`),
  run: (run: string) => asked<RunState>(['run', run], `/runs/${id(run)}`),
  figures: (environment: string, days: number) =>
    asked<DeliveryFigures>(
      ['figures', environment, days],
      `/environments/${id(environment)}/figures${queryString({ days })}`,
    ),
  releases: () => asked<{ releases: ReleaseSummary[] }>(['releases'], '/releases'),
  previews: () => asked<PreviewList>(['previews'], '/previews'),
  release: (release: string) => asked<ReleaseView>(['release', release], `/releases/${id(release)}`),
  releaseSessions: (release: string) =>
    asked<ReleaseSessions>(['release-sessions', release], `/releases/${id(release)}/sessions`),
  comparison: (from: string, to: string) =>
    asked<ReleaseComparison>(['comparison', from, to], `/releases/${id(to)}/compare${queryString({ since: from })}`),
  deployment: (deployment: string) => asked<Deployment>(['deployment', deployment], `/deployments/${id(deployment)}`),
  rollbackPlan: (environment: string, to?: string) =>
    asked<RollbackPlan>(
      ['rollback-plan', environment, to ?? ''],
      `/environments/${id(environment)}/rollback-plan${queryString({ to })}`,
    ),
  environmentRules: () =>
    queryOptions({
      ...asked<{ config: { environments: Record<string, { allowSelfApproval?: boolean }> } }>(['config'], '/config'),
      staleTime: 60_000,
    }),
  issues: (filter: IssueFilter, limit: number) =>
    queryOptions({
      ...asked<{ issues: Issue[]; total: number }>(
        ['issues', filter, limit],
        `/issues${queryString({ ...filter, limit })}`,
      ),
      placeholderData: keepPreviousData,
    }),
  issuesGoingUp: (numbers: readonly number[]) =>
    queryOptions({
      ...asked<{ issues: number[] }>(['issues-going-up', numbers], `/issues/going-up?issues=${numbers.join(',')}`),
      staleTime: 60_000,
      refetchInterval: 60_000,
    }),
  issue: (number: string) => asked<IssueView>(['issue', number], `/issues/${id(number)}`),
  issueSpread: (number: string, range: SpreadRange) =>
    queryOptions({
      ...asked<IssueSpread>(['issue-spread', number, range], `/issues/${id(number)}/spread${queryString({ range })}`),
      placeholderData: keepPreviousData,
    }),
  issueEvent: (number: string, offset: number) =>
    queryOptions({
      ...asked<{ events: EventView[]; total: number }>(
        ['issue-events', number, offset],
        `/issues/${id(number)}/events?limit=1&offset=${offset}`,
      ),
      placeholderData: keepPreviousData,
    }),
  issueActs: (number: string) => asked<{ acts: IssueAct[] }>(['issue-acts', number], `/issues/${id(number)}/acts`),
  issueParts: (number: string) => asked<{ parts: IssuePart[] }>(['issue-parts', number], `/issues/${id(number)}/parts`),
  people: () => queryOptions({ ...asked<{ people: Member[] }>(['settings', 'people'], '/people'), staleTime: 60_000 }),
  eventReport: (eventId: string) => asked<EventReport>(['event', eventId], `/events/${id(eventId)}`),
  trace: (trace: string) =>
    queryOptions({ ...asked<TraceView>(['trace', trace], `/traces/${id(trace)}`), retry: false }),
  span: (trace: string, span: string) =>
    asked<SpanDetails>(['span', trace, span], `/traces/${id(trace)}/spans/${id(span)}`),
  intake: () => asked<IntakeView>(['intake'], '/intake'),
  forwards: () => asked<{ forwards: ForwardView[] }>(['forwards'], '/forwards'),
  searches: () => queryOptions({ ...asked<SavedSearches>(['searches'], '/searches'), staleTime: 60_000 }),
  deployments: (environment: string) =>
    asked<{ deployments: Deployment[] }>(
      ['deployments', environment],
      `/deployments${queryString({ environment, limit: 200 })}`,
    ),
  monitors: () => asked<{ monitors: MonitorView[] }>(['monitors'], '/monitors'),
  incidents: () => asked<{ incidents: Incident[] }>(['incidents'], '/incidents'),
  incident: (number: string) => asked<IncidentView>(['incident', number], `/incidents/${id(number)}`),
  runbooks: () => asked<{ runbooks: Runbook[] }>(['runbooks'], '/runbooks'),
  runbook: (slug: string) => asked<Runbook>(['runbook', slug], `/runbooks/${id(slug)}`),
  ledger: (before?: number) =>
    queryOptions({
      ...asked<{ rows: LedgerRow[]; whole: boolean; brokenAt?: number | null }>(
        ['ledger', before ?? 0],
        `/ledger${queryString({ before, limit: 100 })}`,
      ),
      placeholderData: keepPreviousData,
    }),
}
