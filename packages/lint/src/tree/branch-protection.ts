import { textOf } from '@gantry/workflow'
import { isCondition } from './expressions.ts'
import { homeOf, type LintFile, type LintJob, runText } from './lint-file.ts'
import { calls, type Reference, referencesIn } from './references.ts'

/** Whether a job waits for the results of others to be judged: the one check a branch protection can require. */
export function judgesOthers(file: LintFile, job: LintJob): boolean {
  if (job.needs.length === 0) return false
  if (job.steps.some(({ uses }) => uses?.repository === 're-actors/alls-green')) return true
  return file.expressions.some(expression => {
    const home = homeOf(file, expression)
    // In the job's own `if` it only says when the job runs.
    if (home.job !== job || home.step === undefined) return false
    const canFail = isCondition(expression.path) || /\bexit\b|\btest\b|\[ /.test(runText(home.step))
    return referencesIn(expression.tree).some(reference => isAllResults(reference) || (canFail && isResult(reference)))
  })
}

/** Looks at results and fails, and nothing else: it may run whatever became of the others. */
export const onlyJudges = ({ steps }: LintJob): boolean =>
  steps.every(({ uses, run }) =>
    uses === undefined ? commandsOf(textOf(run)).every(isHarmless) : uses.repository === 're-actors/alls-green',
  )

const commandsOf = (script: string): string[] =>
  script
    .replace(/\$\{\{.*?\}\}/gs, 'x')
    .split(/[\n;|&]+|\b(?:if|then|else|elif|while|do|!)\s/)
    .map(command => command.trim())
    .filter(command => command !== '')

const isHarmless = (command: string): boolean =>
  /^(#|(echo|printf|exit|test|\[|\[\[|true|false|:|jq|grep|for|done|fi|set|return)(\s|$)|[A-Za-z_]\w*=)/.test(
    command,
  ) && !/\$\(|`/.test(command)

/** `needs.*.result` or all of `needs`. */
const isAllResults = (reference: Reference): boolean =>
  reference.join('.') === 'needs' || reference.join('.') === 'needs.*.result'

/** `needs.x.result`: printing it judges nothing. */
const isResult = ([context, , field, ...rest]: Reference): boolean =>
  context === 'needs' && field === 'result' && rest.length === 0

/** The job that always runs and judges all others, when there is one. */
export const gateOf = (file: LintFile): LintJob | undefined =>
  file.jobs.find(job => judgesOthers(file, job) && asksStatus(file, job))

/** `if:` asks how the others did, so the job is not skipped with them. */
export function asksStatus(file: LintFile, job: LintJob): boolean {
  const condition = file.expressions.find(({ path }) => isCondition(path) && path.length === 3 && path[1] === job.key)
  return calls(condition?.tree, 'always', 'failure', 'cancelled').length > 0
}

/** Jobs a job waits for, directly and through others. */
export function reaches(file: LintFile, job: LintJob): Set<string> {
  const reached = new Set<string>()
  const visit = (key: string): void => {
    if (reached.has(key)) return
    reached.add(key)
    for (const need of file.jobs.find(other => other.key === key)?.needs ?? []) visit(need.key)
  }
  for (const { key } of job.needs) visit(key)
  return reached
}
