import type { Promotion } from '../promotion/promotion.ts'
import { plainOnGitHub } from './plain-on-github.ts'

/** How promotions that jobs on GitHub ask for name their run and what waits there. */
export const githubRun = (runId: number | string): string => `github:${runId}`
/** Whether it is a run of theirs, which Gantry does not carry out. */
export const isGitHubRun = (runId: string): boolean => runId.startsWith(githubRun(''))
/** Nothing waits: a run is started once it is approved. */
export const dispatchJob = 'dispatch'
/** A job waits by a protection rule of its environment. */
export const ruleJob = 'rule'

/** Whether a run on GitHub has to be started for it. */
export const isDispatched = ({ runId, jobId }: Pick<Promotion, 'runId' | 'jobId'>): boolean =>
  isGitHubRun(runId) && jobId === dispatchJob

/** What a protection rule is answered: let in, turned away, or a report while it waits. */
export interface RuleAnswer {
  state: 'approved' | 'rejected' | null
  comment: string
}

/** @param page where the promotion is shown */
export function answerOfPromotion(promotion: Promotion, page: string): RuleAnswer {
  const { state, approvals, approvalsNeeded, gates } = promotion
  const names = (decision: 'approved' | 'rejected') =>
    approvals.filter(vote => vote.decision === decision && !vote.withdrawn).map(({ person }) => plainOnGitHub(person))
  const said = (text: string) => `${text}. [Gantry](${page})`
  if (state === 'approved' || state === 'done') {
    const by = names('approved').join(', ')
    return { state: 'approved', comment: said(by === '' ? 'Every gate is met' : `Approved by ${by}`) }
  }
  if (state === 'rejected') return { state: 'rejected', comment: said(`Rejected by ${names('rejected').join(', ')}`) }
  if (state === 'expired')
    return { state: 'rejected', comment: said('Nobody decided in time, or a newer release took its place') }
  const open = gates
    .filter(gate => gate.state !== 'met')
    .map(({ title, detail }) => `- ${plainOnGitHub(title)}: ${plainOnGitHub(detail)}`)
  const votes = names('approved').length
  const missing = approvalsNeeded > votes ? [`- ${votes} of ${approvalsNeeded} approvals`] : []
  return { state: null, comment: [said('Waits'), ...open, ...missing].join('\n') }
}
