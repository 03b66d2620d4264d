import type {
  ActedIssue,
  Checklist,
  Deployment,
  Incident,
  IncidentEntry,
  Issue,
  IssueAct,
  Promotion,
  RunState,
  SavedSearchView,
  UndoneActs,
} from '@gantry/core/api'
import { ofProject } from '../project/current-project.ts'
import { post } from './client.ts'

const id = encodeURIComponent
const act = <T>(path: string, body: unknown) => post<T>(ofProject(path), body)

export type IssueVerb = 'resolve' | 'reopen' | 'mute' | 'archive' | 'assign'
interface IssueActs {
  acts: IssueAct[]
}

/** Everything a person can do. Each names the version it looked at; nothing is drawn as done before the server says so. */
export const acts = {
  signOut: () => post<unknown>('/sign-out', {}),
  cancelRun: (run: string, reason: string) => act<RunState>(`/runs/${id(run)}/cancel`, { reason }),
  rerun: (run: string, reason: string) => act<RunState>(`/runs/${id(run)}/rerun`, { reason }),
  decide: (promotion: Promotion, verb: 'approve' | 'reject' | 'withdraw', reason: string) =>
    act<Promotion>(`/promotions/${id(promotion.id)}/${verb}`, { reason, version: promotion.version }),
  override: (promotion: Promotion, gate: string, reason: string) =>
    act<Promotion>(`/promotions/${id(promotion.id)}/override`, { gate, reason, version: promotion.version }),
  tickTask: (release: string, task: number, done: boolean) =>
    act<{ checklist: Checklist }>(`/releases/${id(release)}/checklist`, { task, done }),
  rollBack: (environment: string, reason: string, to: string) =>
    act<Deployment>(`/environments/${id(environment)}/rollback`, { reason, to }),
  removePreview: (environment: string, reason: string) =>
    act<unknown>(`/previews/${id(environment)}/removal`, { reason }),
  hold: (environment: string, reason: string) => act<unknown>(`/environments/${id(environment)}/hold`, { reason }),
  resume: (environment: string, reason: string) => act<unknown>(`/environments/${id(environment)}/resume`, { reason }),
  changeIssue: (issue: Issue, verb: IssueVerb, body: Record<string, unknown> = {}) =>
    act<ActedIssue>(`/issues/${issue.number}/${verb}`, { version: issue.version, ...body }),
  mergeIssues: (into: number, issues: number[]) => act<ActedIssue>(`/issues/${into}/merge`, { issues }),
  splitIssue: (number: number, parts: string[]) => act<ActedIssue>(`/issues/${number}/split`, { parts }),
  undoIssueAct: (number: number, id_: string) => act<Issue>(`/issues/${number}/acts/${id(id_)}/undo`, {}),
  changeIssues: (issues: number[], verb: IssueVerb, body: Record<string, unknown> = {}) =>
    act<{ issues: ActedIssue[] }>('/issues/acts', { ...body, act: verb, issues }),
  undoIssueActs: (made: string[]) => act<UndoneActs>('/issues/acts/undo', { acts: made }),
  commentIssue: (number: number, text: string) => act<IssueActs>(`/issues/${number}/comments`, { text }),
  saveSearch: (search: Pick<SavedSearchView, 'kind' | 'name' | 'isShared' | 'search'>) =>
    act<SavedSearchView>('/searches', search),
  changeSearch: (search: SavedSearchView, change: Partial<Pick<SavedSearchView, 'name' | 'isShared' | 'search'>>) =>
    act<SavedSearchView>(`/searches/${id(search.id)}`, { version: search.version, ...change }),
  removeSearch: (search: SavedSearchView) => act<unknown>(`/searches/${id(search.id)}/remove`, {}),
  putBackSearch: (search: SavedSearchView) => act<SavedSearchView>(`/searches/${id(search.id)}/put-back`, {}),
  acknowledge: ({ number, version }: Incident) => act<Incident>(`/incidents/${number}/acknowledge`, { version }),
  resolveIncident: ({ number, version }: Incident, reason: string) =>
    act<Incident>(`/incidents/${number}/resolve`, { version, ...(reason && { reason }) }),
  note: (incident: number, text: string) => act<IncidentEntry>(`/incidents/${incident}/notes`, { text }),
  pushBreak: (name: string) => act<unknown>(`/sample/breaks/${id(name)}/push`, {}),
  mergeSample: (branch: string) => act<unknown>('/sample/merge', { branch }),
  revertSample: (sha: string) => act<unknown>('/sample/revert', { sha }),
  sendVisitors: () => act<unknown>('/sample/visitors', {}),
  tick: (incident: number, step: number, done: boolean) =>
    act<Incident>(`/incidents/${incident}/steps`, { step, done }),
}
