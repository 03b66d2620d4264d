import type { Deployment, Incident, IncidentEntry, Issue, Promotion, RunState } from '@gantry/core/api'
import { post } from './client.ts'

const id = encodeURIComponent

/** Everything a person can do. Each names the version it looked at; nothing is drawn as done before the server says so. */
export const acts = {
  signOut: () => post<unknown>('/sign-out', {}),
  signIn: (token: string) => post<unknown>('/sign-in', { token }),
  cancelRun: (run: string, reason: string) => post<RunState>(`/runs/${id(run)}/cancel`, { reason }),
  rerun: (run: string, reason: string) => post<RunState>(`/runs/${id(run)}/rerun`, { reason }),
  decide: (promotion: Promotion, verb: 'approve' | 'reject', reason: string) =>
    post<Promotion>(`/promotions/${id(promotion.id)}/${verb}`, { reason, version: promotion.version }),
  rollBack: (environment: string, reason: string, to: string) =>
    post<Deployment>(`/environments/${id(environment)}/rollback`, { reason, to }),
  resume: (environment: string, reason: string) => post<unknown>(`/environments/${id(environment)}/resume`, { reason }),
  changeIssue: (issue: Issue, verb: 'resolve' | 'reopen' | 'mute', reason?: string) =>
    post<Issue>(`/issues/${issue.number}/${verb}`, { version: issue.version, ...(reason && { reason }) }),
  acknowledge: ({ number, version }: Incident) => post<Incident>(`/incidents/${number}/acknowledge`, { version }),
  resolveIncident: ({ number, version }: Incident, reason: string) =>
    post<Incident>(`/incidents/${number}/resolve`, { version, ...(reason && { reason }) }),
  note: (incident: number, text: string) => post<IncidentEntry>(`/incidents/${incident}/notes`, { text }),
  pushBreak: (name: string) => post<unknown>(`/sample/breaks/${id(name)}/push`, {}),
  mergeSample: (branch: string) => post<unknown>('/sample/merge', { branch }),
  revertSample: (sha: string) => post<unknown>('/sample/revert', { sha }),
  sendVisitors: () => post<unknown>('/sample/visitors', {}),
  tick: (incident: number, step: number, done: boolean) =>
    post<Incident>(`/incidents/${incident}/steps`, { step, done }),
}
