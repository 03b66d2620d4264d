import type { CheckOnGitHub, CommitChecks, RequiredCheck } from '../github/commit-checks.ts'
import { whySetAside } from '../github/commit-checks.ts'
import { shortSha } from '../words/short-sha.ts'
import type { GateDecision, GateFacts } from './define-gate.ts'
import { spokenMinute, worstOf } from './worst-of.ts'

/** What keeps a gate waiting until GitHub said which runs there are; null where it did, or cannot be asked. */
export function awaitedRuns(title: string, facts: GateFacts['checks'], release: string): GateDecision | null {
  if (facts === null) return null
  const { isRead, runs, problem } = facts
  // What was read before something else was refused counts.
  if (isRead && (problem === undefined || runs.length > 0)) return null
  const next = problem === undefined ? 'wait a moment' : 'let the App or the token read runs of workflows, on GitHub'
  return { title, state: 'waiting', detail: problem ?? unread(release), evidence: null, next }
}

const unread = (release: string): string => `GitHub has not said anything about ${shortSha(release)} yet`

/** Whether checks of a commit on GitHub are green: by their names, or those that the rules of its branch require. */
export function judgeNamedChecks(
  asked: readonly string[] | 'required',
  facts: GateFacts['checks'],
  release: string,
): GateDecision {
  const title = asked === 'required' ? 'required checks are green' : `${asked.join(', ')} green`
  const nothing = { title, evidence: null }
  if (facts === null) {
    const next = 'connect it with `gantry github connect` by an App or a token, or name the workflow file'
    const detail = 'GitHub cannot be asked: the project has neither an App nor a token there'
    return { ...nothing, state: 'unmet', detail, next }
  }
  const { named, runs, problem } = facts
  if (named === null) {
    const detail = problem ?? unread(release)
    const next =
      problem === undefined ? 'wait a moment' : 'let the App read checks and statuses, in its settings on GitHub'
    return { ...nothing, state: 'waiting', detail, next }
  }
  const wanted = asked === 'required' ? named.required : asked.map(name => ({ name, appId: null }))
  if (wanted.length === 0) {
    const next = 'require one with `gantry github protect`, or name the checks'
    return { ...nothing, state: 'unmet', detail: 'the rules of the branch require no check', next }
  }
  const judged = worstOf(
    wanted.flatMap(check => judgeChecks(title, check, newestOf(check, named.checks, runs), release)),
  )
  if (judged.state !== 'met' || wanted.length === 1) return judged
  return { ...judged, detail: `${wanted.length} checks passed: ${wanted.map(({ name }) => name).join(', ')}` }
}

/**
 * The newest of each App and workflow file, as two may report by one name. Of those that say something about this commit: not of
 * a run of a fork, or of a pull request.
 */
function newestOf(
  { name, appId }: RequiredCheck,
  checks: readonly CheckOnGitHub[],
  runs: CommitChecks['runs'],
): CheckOnGitHub[] {
  const counts = ({ runId, isOfUnknownRun }: CheckOnGitHub) => {
    const run = runs.find(({ id }) => id === runId)
    return !isOfUnknownRun && (!run || whySetAside(run) === null)
  }
  const source = (check: CheckOnGitHub) => `${check.appId} ${runs.find(({ id }) => id === check.runId)?.path ?? ''}`
  const own = checks
    .filter(check => check.name === name && (appId === null || check.appId === appId) && counts(check))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  return [...new Map(own.map(check => [source(check), check])).values()]
}

function judgeChecks(
  title: string,
  { name }: RequiredCheck,
  checks: readonly CheckOnGitHub[],
  release: string,
): GateDecision[] {
  if (checks.length > 0) return checks.map(check => judgeCheck(title, name, check))
  const detail = `no check ${name} for ${shortSha(release)} yet`
  return [{ title, evidence: null, state: 'waiting', detail, next: 'start what reports it, for this commit' }]
}

/** As GitHub has it, `neutral` passes; what was skipped passes there and proves nothing here. */
function judgeCheck(title: string, name: string, check: CheckOnGitHub): GateDecision {
  const { status, conclusion, at, url: evidence } = check
  if (status !== 'completed') {
    const detail = `${name} is ${status.replace('_', ' ')}`
    return { title, evidence, state: 'waiting', detail, next: 'wait until it ends' }
  }
  if (conclusion === 'success' || conclusion === 'neutral')
    return { title, evidence, state: 'met', detail: `${name} passed at ${spokenMinute(at)}` }
  const detail = `${name} ended with ${conclusion ?? 'no conclusion'} at ${spokenMinute(at)}`
  return { title, evidence, state: 'unmet', detail, next: 'mend it in a new commit, or run it again' }
}
