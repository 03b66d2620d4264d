import { fieldsOf, itemsOf, type Value, valueAt } from '@gantry/workflow'
import type { LintExpression } from './expressions.ts'
import { hasEvent, homeOf, type LintFile, type LintStep, runText, stepsBefore } from './lint-file.ts'
import { type Reference, referencesOut } from './references.ts'

/** What people without write access to the repository may choose freely. https://securitylab.github.com/resources/github-actions-untrusted-input/ */
const outside = [
  'github.head_ref',
  'github.event.issue.title',
  'github.event.issue.body',
  'github.event.pull_request.title',
  'github.event.pull_request.body',
  'github.event.pull_request.head.ref',
  'github.event.pull_request.head.label',
  'github.event.pull_request.head.repo.default_branch',
  'github.event.pull_request.head.repo.description',
  'github.event.pull_request.head.repo.homepage',
  'github.event.discussion.title',
  'github.event.discussion.body',
  'github.event.comment.body',
  'github.event.review.body',
  'github.event.review_comment.body',
  'github.event.pages.*.page_name',
  'github.event.commits.*.message',
  'github.event.commits.*.author.email',
  'github.event.commits.*.author.name',
  'github.event.commits.*.committer.email',
  'github.event.commits.*.committer.name',
  'github.event.head_commit.message',
  'github.event.head_commit.author.email',
  'github.event.head_commit.author.name',
  'github.event.head_commit.committer.email',
  'github.event.head_commit.committer.name',
  'github.event.workflow_run.head_branch',
  'github.event.workflow_run.display_title',
  'github.event.workflow_run.head_commit.message',
  'github.event.workflow_run.head_commit.author.email',
  'github.event.workflow_run.head_commit.author.name',
  'github.event.workflow_run.head_repository.description',
  'github.event.workflow_run.pull_requests.*.head.ref',
].map(path => path.split('.'))

/** What only these events and calls from elsewhere bring. */
const ofPullRequest = /^github\.(head_ref|event\.pull_request)\b/
const pullRequestEvents = ['pull_request', 'pull_request_target', 'pull_request_review', 'pull_request_review_comment']

/** Outputs of actions that are what outsiders wrote: names of files, branches and comments. */
const outsideOutputs: readonly [action: RegExp, output: RegExp][] = [
  [/^tj-actions\/(changed-files|verify-changed-files)$/, /files$/],
  [/^dorny\/paths-filter$/, /_files$/],
  [/^(xt0rted|eficode|alessbell)\/(pull-request-comment-branch|resolve-pr-refs)$/, /^(head_)?ref$/],
  [/^tj-actions\/branch-names$/, /branch$/],
  [/^peter-evans\/find-comment$/, /^comment-body$/],
]

export interface OutsideText {
  /** What outsiders write. */
  source: string
  /** The way it comes: `env.TITLE`, `steps.pr.outputs.title`; empty when the expression names the source itself. */
  through: string
}

/** The first such text an expression puts out: named itself, within an object that `toJSON` spells out, or handed on. */
export function outsideTextIn(file: LintFile, expression: LintExpression): OutsideText | undefined {
  return outsideTextOf(file, expression, new Set())
}

/** What names in a script's variables hold such text, with what it is. */
function outsideVariables(file: LintFile, step: LintStep): ReadonlyMap<string, string> {
  const known = variables.get(step)
  if (known !== undefined) return known
  // While it is asked for, a variable that comes from itself is nothing.
  variables.set(step, new Map())
  const found = readVariables(file, step)
  variables.set(step, found)
  return found
}

const variables = new WeakMap<LintStep, ReadonlyMap<string, string>>()

type Seen = Set<LintExpression>

function outsideTextOf(file: LintFile, expression: LintExpression, seen: Seen): OutsideText | undefined {
  if (seen.has(expression)) return undefined
  seen.add(expression)
  const isSpelledOut = /tojson/i.test(expression.text)
  for (const reference of referencesOut(expression.tree)) {
    const name = reference.join('.')
    if (isOutside(file, reference, isSpelledOut)) return { source: name, through: '' }
    const source = handedOn(file, expression, reference, seen)
    if (source !== undefined) return { source, through: name }
  }
  return undefined
}

function isOutside(file: LintFile, reference: Reference, isSpelledOut: boolean): boolean {
  const hasPullRequest = file.kind === 'action' || hasEvent(file, ...pullRequestEvents, 'workflow_call')
  if (!hasPullRequest && ofPullRequest.test(reference.join('.'))) return false
  return outside.some(
    path =>
      (isSpelledOut ? reference.length <= path.length : reference.length === path.length) &&
      reference.every((key, i) => fits(key, path[i])),
  )
}

/** What a variable, an output or a value of the matrix was given. */
function handedOn(file: LintFile, at: LintExpression, [context, ...names]: Reference, seen: Seen): string | undefined {
  const { job, step } = homeOf(file, at)
  const first = (value: Value | undefined): string | undefined =>
    file.expressionsIn(value).flatMap(each => outsideTextOf(file, each, seen)?.source ?? [])[0]
  const [name = '', field, output = ''] = names
  if (context === 'env' && names.length === 1) {
    const given = [...(step ? [] : [job?.value]), file.root].map(owner => own(valueAt(owner, 'env'), name))
    return step ? variableOf(outsideVariables(file, step), name) : first(given.find(value => value !== undefined))
  }
  if (context === 'matrix' && names.length === 1) {
    const matrix = valueAt(job?.value, 'strategy', 'matrix')
    return [...itemsOf(own(matrix, name)), ...itemsOf(valueAt(matrix, 'include')).map(leg => own(leg, name))].flatMap(
      value => first(value) ?? [],
    )[0]
  }
  if (field !== 'outputs' || names.length !== 3) return undefined
  if (context === 'steps') {
    const from = (step?.siblings ?? job?.steps ?? file.steps).find(({ id }) => id.toLowerCase() === name)
    return from && outputOf(file, from, output)
  }
  const needed = context === 'needs' ? file.jobs.find(({ key }) => key.toLowerCase() === name) : undefined
  return first(own(valueAt(needed?.value, 'outputs'), output))
}

const own = (map: Value | undefined, name: string): Value | undefined =>
  fieldsOf(map).find(({ key }) => key.toLowerCase() === name)?.value

const variableOf = (known: ReadonlyMap<string, string>, name: string): string | undefined =>
  [...known].find(([key]) => key.toLowerCase() === name)?.[1]

/** The innermost `env` that names a variable decides; what earlier steps wrote to GITHUB_ENV comes before the job's own. */
function readVariables(file: LintFile, step: LintStep): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const declare = (env: Value | undefined): void => {
    for (const { key, value } of fieldsOf(env)) {
      const source = file.expressionsIn(value).flatMap(each => outsideTextIn(file, each)?.source ?? [])[0]
      if (source === undefined) found.delete(key)
      else found.set(key, source)
    }
  }
  declare(valueAt(file.root, 'env'))
  declare(valueAt(step.job?.value, 'env'))
  for (const before of stepsBefore(step).filter(each => runText(each).includes('GITHUB_ENV')))
    for (const [name, source] of written(file, before, 'GITHUB_ENV')) found.set(name, source)
  declare(valueAt(step.value, 'env'))
  return found
}

function outputOf(file: LintFile, step: LintStep, output: string): string | undefined {
  const action = step.uses?.action ?? ''
  if (outsideOutputs.some(([name, outputs]) => name.test(action) && outputs.test(output)))
    return `${action}'s ${output}`
  return variableOf(written(file, step, 'GITHUB_OUTPUT'), output)
}

/** Names a script writes to a file of the runner with such text: `echo "title=$TITLE" >> "$GITHUB_OUTPUT"`. */
function written(file: LintFile, step: LintStep, target: 'GITHUB_ENV' | 'GITHUB_OUTPUT'): Map<string, string> {
  const script = runText(step)
  const found = new Map<string, string>()
  if (!script.includes(target)) return found
  const pasted = file.expressionsIn(step.run).flatMap(each => {
    const text = outsideTextIn(file, each)
    return text ? [{ text: each.text, source: text.source }] : []
  })
  const sourceIn = (text: string): string | undefined =>
    pasted.find(each => text.includes(each.text))?.source ?? outsideVariableIn(file, step, text)?.source
  for (const line of script.split('\n')) {
    const [, name, operator] = /(?:^|[\s"'])([A-Za-z_][\w-]*)(=|<<)/.exec(line.replace(/^\s*[A-Z_]+=\S+\s/, '')) ?? []
    if (name === undefined || (operator === '=' && !isWrittenLine(line, script))) continue
    const source = isCleaned(line) ? undefined : sourceIn(operator === '=' ? line : script)
    if (source !== undefined) found.set(name, source)
  }
  return found
}

/** `echo …` or `printf …`: in a group its output may go to the file further down. */
const isWrittenLine = (line: string, script: string): boolean =>
  /\bGITHUB_(ENV|OUTPUT)\b/.test(line) || (/^\s*(echo|printf)\b/.test(line) && /^\s*\}\s*>>/m.test(script))

/** What leaves letters and digits only, or puts quotes where they are needed. */
const isCleaned = (line: string): boolean => /\|\s*(tr|sed|jq|grep|base64|wc|sha\d*sum)\b|%q/.test(line)

/** The first variable with such text that a line of a script names. */
export function outsideVariableIn(
  file: LintFile,
  step: LintStep,
  line: string,
): { name: string; source: string } | undefined {
  for (const [name, source] of outsideVariables(file, step)) {
    const after = line
      .split(`$${name}`)
      .slice(1)
      .concat(
        line
          .split(`\${${name}}`)
          .slice(1)
          .map(() => ''),
      )
    if (after.some(rest => !/^\w/.test(rest))) return { name, source }
  }
  return undefined
}

const fits = (key: string, wanted: string | undefined): boolean =>
  key === wanted || key === '*' || (wanted === '*' && /^\d+$/.test(key))
