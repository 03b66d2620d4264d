import type { CheckOnGitHub, CommitChecks, RequiredCheck } from '../github/commit-checks.ts'
import { whySetAside } from '../github/commit-checks.ts'
import { shortSha } from '../words/short-sha.ts'
import type { GateDecision, GateFacts } from './define-gate.ts'
import { spokenMinute, worstOf } from './worst-of.ts'

/** Whether checks of a commit on GitHub are green: by their names, or those that the rules of its branch require. */
export function judgeNamedChecks(
  asked: readonly string[] | 'required',
  facts: GateFacts['checks'],
  release: string,
): GateDecision {
  const title = asked === 'required' ? 'required checks are green' : `${asked.join(', ')} green`
  const nothing = { title, evidence: null }
  if (facts === null) {
    const next = 'connect it with `gantry github connect`, or name the workflow file'
    return { ...nothing, state: 'unmet', detail: 'the project is not connected with GitHub', next }
  }
  const { named, runs, problem } = facts
  if (named === null) {
    const detail = problem ?? `GitHub has not said anything about ${shortSha(release)} yet`
    const next =
      problem === undefined ? 'wait a moment' : 'let the App read checks and statuses, in its settings on GitHub'
    return { ...nothing, state: 'waiting', detail, next }
  }
  const wanted = asked === 'required' ? named.required : asked.map(name => ({ name, appId: null }))
  if (wanted.length === 0) {
    const next = 'require one with `gantry github protect`, or name the checks'
    return { ...nothing, state: 'unmet', detail: 'the rules of the branch require no check', next }
  }
  const judged = worstOf(wanted.map(check => judgeCheck(title, check, newestOf(check, named.checks, runs), release)))
  if (judged.state !== 'met' || wanted.length === 1) return judged
  return { ...judged, detail: `${wanted.length} checks passed: ${wanted.map(({ name }) => name).join(', ')}` }
}

/** Of those that say something about this commit: not of a run of a fork, or of a pull request. */
function newestOf(
  { name, appId }: RequiredCheck,
  checks: readonly CheckOnGitHub[],
  runs: CommitChecks['runs'],
): CheckOnGitHub | undefined {
  const counts = ({ runId, isOfUnknownRun }: CheckOnGitHub) => {
    const run = runs.find(({ id }) => id === runId)
    return !isOfUnknownRun && (!run || whySetAside(run) === null)
  }
  return checks
    .filter(check => check.name === name && (appId === null || check.appId === appId) && counts(check))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
}

/** As GitHub has it, `neutral` passes; what was skipped passes there and proves nothing here. */
function judgeCheck(
  title: string,
  { name }: RequiredCheck,
  check: CheckOnGitHub | undefined,
  release: string,
): GateDecision {
  if (!check) {
    const detail = `no check ${name} for ${shortSha(release)} yet`
    return { title, evidence: null, state: 'waiting', detail, next: 'start what reports it, for this commit' }
  }
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
