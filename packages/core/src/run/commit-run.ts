import { type RunOnGitHub, whySetAside } from '../github/commit-checks.ts'
import type { JobState, RunState } from './run.ts'

/** A run of a workflow file for one commit, wherever it runs: what gates judge by. */
export interface CommitRun {
  place: 'gantry' | 'github'
  /** `run 7`, `run 415 on GitHub` */
  name: string
  workflowPath: string
  number: number
  /** GitHub's words, which are Gantry's. */
  status: string
  conclusion: string | null
  createdAt: string
  /** Null while it goes on, and where nobody asks. */
  endedAt: string | null
  /** A path of the dashboard, or an address on GitHub. */
  evidence: string
  /** Why it says nothing about this commit; null where it does. */
  setAside: string | null
  jobs: CommitJob[]
}

export interface CommitJob extends Pick<CommitRun, 'name' | 'status' | 'conclusion' | 'evidence'> {
  /** Under `jobs:`; on GitHub what its name begins with. */
  key: string
  outputs: Readonly<Record<string, string>>
}

export const runHere = (run: RunState): CommitRun => ({
  place: 'gantry',
  name: `run ${run.number}`,
  workflowPath: run.workflowPath,
  number: run.number,
  status: run.status,
  conclusion: run.conclusion ?? null,
  createdAt: run.createdAt,
  endedAt: null,
  evidence: `/runs/${run.id}`,
  setAside: null,
  jobs: run.jobs.map(job => jobHere(job, run)),
})

const jobHere = ({ id, key, name, status, conclusion, outputs }: JobState, run: RunState): CommitJob => ({
  ...{ key, name, status, conclusion: conclusion ?? null, outputs },
  evidence: `/runs/${run.id}?job=${encodeURIComponent(id)}`,
})

export const runThere = (run: RunOnGitHub): CommitRun => ({
  place: 'github',
  name: `run ${run.number} on GitHub${run.attempt > 1 ? ` (attempt ${run.attempt})` : ''}`,
  workflowPath: run.path,
  number: run.number,
  status: run.status,
  conclusion: run.conclusion,
  createdAt: run.createdAt,
  endedAt: run.status === 'completed' ? run.updatedAt : null,
  evidence: run.url,
  setAside: whySetAside(run),
  jobs: run.jobs.map(({ name, status, conclusion, url }) => ({
    ...{ key: keyIn(name), name, status, conclusion, evidence: url, outputs: {} },
  })),
})

/** GitHub says the name alone: `e2e`, `e2e (chromium)` of a matrix, `e2e / journeys` of a called workflow. */
const keyIn = (name: string): string => name.replace(/ \/ .*$/s, '').replace(/ \(.*\)$/s, '')

/** Those of a workflow file, named as people name it (`ci.yml`), the newest first. */
export const runsOfWorkflow = (runs: readonly CommitRun[], workflow: string): CommitRun[] =>
  runs
    .filter(({ workflowPath }) => workflowPath === workflow || workflowPath.endsWith(`/${workflow}`))
    .toSorted((a, b) => (a.createdAt === b.createdAt ? b.number - a.number : a.createdAt < b.createdAt ? 1 : -1))
