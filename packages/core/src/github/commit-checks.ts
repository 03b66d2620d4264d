import * as z from 'zod'

/** GitHub's words; more of them may come. */
const Standing = {
  status: z.string().describe('queued, in_progress, waiting, completed'),
  conclusion: z.string().nullable().describe('success, failure, cancelled, timed_out; null while it goes on'),
}

/** A run of the repository's workflows on GitHub, for one commit, in its newest attempt. */
export const RunOnGitHub = z.object({
  id: z.int(),
  number: z.int(),
  attempt: z.int(),
  path: z.string().describe('.github/workflows/ci.yml'),
  event: z.string(),
  isOfFork: z.boolean().describe('its code is of another repository'),
  ...Standing,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  suiteId: z.int().nullable().describe('of the checks that its jobs are'),
  url: z.string(),
  jobs: z.array(z.object({ name: z.string(), ...Standing, url: z.string() })),
})
export type RunOnGitHub = z.output<typeof RunOnGitHub>

/** A check or status of a commit on GitHub, the newest of its name in what reported it. */
export const CheckOnGitHub = z.object({
  name: z.string(),
  appId: z.int().nullable().describe('null: a status, which anybody may set who may write'),
  ...Standing,
  at: z.iso.datetime(),
  url: z.string(),
  runId: z.int().nullable().describe('the run whose job it is'),
  isOfUnknownRun: z.boolean().describe('it is of a job whose run GitHub does not list for this commit'),
})
export type CheckOnGitHub = z.output<typeof CheckOnGitHub>

/** A check that the rules of a branch ask for. */
export const RequiredCheck = z.object({
  name: z.string(),
  appId: z.int().nullable().describe('null: by whichever App'),
})
export type RequiredCheck = z.output<typeof RequiredCheck>

/** How GitHub judges one commit, as it said at one moment. */
export const CommitChecks = z.object({
  readAt: z.iso.datetime(),
  runs: z.array(RunOnGitHub),
  named: z
    .object({
      checks: z.array(CheckOnGitHub),
      requiredIn: z
        .record(z.string(), z.array(RequiredCheck))
        .default({})
        .describe('by environment: what the rules of the branch that leads to it require'),
    })
    .nullable()
    .describe('null: no gate asks for checks by name'),
  problem: z.string().optional().describe('what GitHub refused to say of it'),
})
export type CommitChecks = z.output<typeof CommitChecks>

/** Runs of these have the code of the commit itself, as the repository has it. */
const ofTheCommit = ['push', 'workflow_dispatch', 'schedule', 'merge_group', 'repository_dispatch']

/** Why a run says nothing about the commit it is listed for; null where it does. */
export function whySetAside({ event, isOfFork }: Pick<RunOnGitHub, 'event' | 'isOfFork'>): string | null {
  if (isOfFork) return 'it is of a fork'
  if (ofTheCommit.includes(event)) return null
  return event.startsWith('pull_request') ? 'it is of a pull request, merged with its base' : `it is of ${event}`
}
