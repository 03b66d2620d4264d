import { posix } from 'node:path'
import { textOf, valueAt } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { hasEvent, inputOf, type LintFile, type LintStep, runText, stepsAfter, stepsBefore } from '../tree/lint-file.ts'
import { matchesIn } from '../tree/script-lines.ts'
import type { Uses } from '../tree/uses.ts'

export const dangerousTriggers = defineRule({
  id: 'dangerous-triggers',
  area: 'security',
  severity: 'error',
  summary:
    'A workflow with secrets (`pull_request_target`, `workflow_run`, `issue_comment`) that checks out the code of a pull request.',
  why: 'Such a workflow has a writing token and all secrets. The first `pnpm install` of a fork runs its scripts with them.',
  fix: 'Use `pull_request`; or run the code without secrets there and hand the result over as an artifact.',
  bad: [
    `
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }} # ✗`,
    `
on: { workflow_run: { workflows: [ci], types: [completed] } }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.workflow_run.head_branch }} # ✗`,
    `
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: gh pr checkout "$NUMBER" # ✗`,
    `
on: issue_comment
jobs:
  preview:
    if: github.event.issue.pull_request && contains(github.event.comment.body, '/preview')
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: refs/pull/\${{ github.event.issue.number }}/head # ✗
      - run: |
          git fetch origin "pull/$NUMBER/head:theirs" # ✗
          git switch theirs`,
    {
      text: `
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/fetch # ✗`,
      files: {
        '.github/actions/fetch/action.yml': `
runs:
  using: composite
  steps:
    - uses: actions/checkout@v4
      with:
        ref: \${{ github.event.pull_request.head.sha }}`,
      },
    },
  ],
  good: [
    `
on: pull_request_target
jobs:
  size:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          git fetch origin "pull/$NUMBER/head"
          git diff --stat HEAD...FETCH_HEAD`,
    `
on: issue_comment
jobs:
  preview:
    if: github.event.comment.author_association == 'MEMBER'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: refs/pull/\${{ github.event.issue.number }}/head`,
    `
on: pull_request_target
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/labeler@v5`,
    `
on: pull_request
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }}`,
    `
on: pull_request_target
jobs:
  build:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }}`,
  ],
  check: file =>
    hasEvent(file, ...withSecrets)
      ? file.steps.filter(step => !isGuarded(step)).flatMap(step => headOf(file, step))
      : [],
})

const withSecrets = ['pull_request_target', 'workflow_run', 'issue_comment']

function headOf(file: LintFile, step: LintStep): Found[] {
  const found = (at: Found['at'], got: string) => ({ at, message: `expected code of this repository, got ${got}` })
  if (step.uses?.action === 'actions/checkout') {
    const inputs = ['ref', 'repository'].flatMap(name => inputOf(step, name)?.value ?? [])
    return inputs.filter(value => isHead(textOf(value))).map(value => found(value, textOf(value)))
  }
  if (step.uses?.kind === 'local')
    return checksOutHead(file, step.uses) ? [found(step.uses, `"${step.uses.text}", which checks out another's`)] : []
  const taken = matchesIn(file, step, /\bgh\s+pr\s+checkout\b|\bgit\s+pull\b.*\bpull\/.*/)
  // Fetched commits are only data until something takes them for the work tree.
  const isUsed = [step, ...stepsAfter(step)].some(each => usesCommits.test(runText(each)))
  const fetched = isUsed ? matchesIn(file, step, /\bgit\s+fetch\b.*\bpull\/.*/) : []
  return [...taken, ...fetched].map(each => found(each, `"${each.text}"`))
}

const usesCommits =
  /\bgit\s+(-C\s+\S+\s+)?(checkout|switch|merge|reset|rebase|cherry-pick|worktree|read-tree|restore|archive)\b/

/** Hidden in an action of this repository it is the same. */
function checksOutHead({ repository }: LintFile, { text }: Uses): boolean {
  const folder = posix.normalize(text.replace(/^\$\//, ''))
  const action = repository.read(`${folder}/action.yml`) ?? repository.read(`${folder}/action.yaml`) ?? ''
  const lines = action.split('\n').filter(line => /^\s*(ref|repository):/.test(line))
  return /uses:\s*["']?actions\/checkout@/.test(action) && lines.some(isHead)
}

const isHead = (text: string): boolean =>
  /github\.head_ref|steps\.[\w-]+\.outputs\.(pr_?)?head_?(ref|sha|branch)\b|pull_request\.head\.(sha|ref|repo)|workflow_run\.(head_sha|head_branch|head_repository|pull_requests)|refs\/pull\/|merge_commit_sha/.test(
    text,
  )

/** A condition that lets forks out, or events that only people with write access cause. */
function isGuarded(step: LintStep): boolean {
  const { value, job } = step
  const conditions = `${textOf(valueAt(value, 'if'))} ${textOf(valueAt(job?.value, 'if'))}`
  const isCheckedBefore = stepsBefore(step).some(each =>
    asksPermission.test(`${runText(each)} ${each.uses?.action ?? ''} ${textOf(inputOf(each, 'script')?.value)}`),
  )
  return (
    isCheckedBefore ||
    /head\.repo\.(full_name|fork|owner)|head_repository\.(full_name|fork|owner)|head_repository\.id|head\.repo\.id|workflow_run\.event\s*==\s*'(push|schedule|workflow_dispatch|release)'|author_association|comment\.user\.login\s*==|github\.actor\s*==|event_name\s*==\s*'(push|workflow_dispatch|schedule|pull_request)'/.test(
      conditions,
    )
  )
}

/** Asks GitHub what whoever started it may do. */
const asksPermission =
  /getCollaboratorPermissionLevel|collaborators\/.*\/permission|check-user-permission|author_association|actor-permission/i
