import type { Deployment, DeploymentState } from '../deployment/deployment.ts'
import type { PreviewState } from '../preview/preview.ts'
import { shortSha } from '../words/index.ts'

/** What GitHub is told of a deployment. */
export interface DeploymentStatus {
  state: 'queued' | 'in_progress' | 'success' | 'failure' | 'inactive'
  /** At most 140 characters. */
  description: string
}

/** GitHub takes no longer description. */
const longestDescription = 140

const states: Record<DeploymentState, DeploymentStatus['state']> = {
  planned: 'queued',
  deploying: 'in_progress',
  verifying: 'in_progress',
  live: 'success',
  failed: 'failure',
  superseded: 'inactive',
  'rolled-back': 'inactive',
  removed: 'inactive',
}

/** After these nothing is told any more. A live one is superseded one day. */
const last: readonly DeploymentState[] = ['failed', 'superseded', 'rolled-back', 'removed']
export const isToldForGood = ({ state }: Pick<Deployment, 'state'>): boolean => last.includes(state)

export function statusOnGitHub(
  deployment: Pick<Deployment, 'state' | 'kind' | 'failure' | 'requestedBy'>,
): DeploymentStatus {
  const text = textOf(deployment)
  const description = text.length > longestDescription ? `${text.slice(0, longestDescription - 1)}…` : text
  return { state: states[deployment.state], description }
}

function textOf({ state, kind, failure, requestedBy }: Parameters<typeof statusOnGitHub>[0]): string {
  if (state === 'failed') return failure ?? 'it failed'
  if (state === 'live') return kind === 'rollback' ? `rolled back to by ${requestedBy}` : `deployed by ${requestedBy}`
  if (state === 'rolled-back') return 'rolled back'
  if (state === 'removed') return 'removed'
  return state === 'superseded' ? 'another release took its place' : `${state}, asked for by ${requestedBy}`
}

/** A row of the comment: the newest deployment of a release with the pull request, in one environment. */
export interface CommentRow {
  release: string
  state: DeploymentState | PreviewState
  /** Where the release is shown in Gantry. */
  page: string
  /** Where it serves; null before it does. */
  address: string | null
  at: string
  /** More to say, in one sentence. */
  note?: string | undefined
}

/** Tells the comment of a project from everything else that is written about a pull request. */
export const commentMark = (project: string): string => `<!-- gantry:${project} -->`

/** A line or a bar would end the cell. */
const inCell = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll('|', '\\|')

/** The one comment about where a pull request is, as Markdown. */
export function deploymentComment(project: string, rows: Readonly<Record<string, CommentRow>>): string {
  const lines = Object.entries(rows)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([environment, { release, state, page, address, at, note }]) => {
      const where = [address === null ? '' : `[address](${address})`, inCell(note ?? '')].filter(Boolean).join(', ')
      return `| ${environment} | [\`${shortSha(release)}\`](${page}) | ${state} | ${at.slice(0, 16).replace('T', ' ')} UTC | ${where} |`
    })
  const head = '| environment | release | state | since | |\n|---|---|---|---|---|'
  return `${commentMark(project)}\n${head}\n${lines.join('\n')}\n`
}
