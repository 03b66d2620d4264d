import type { LintExpression } from './expressions.ts'
import { hasEvent, type LintFile } from './lint-file.ts'
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

/** The first such text an expression puts out: named itself, or within an object that `toJSON` spells out. */
export function outsideTextIn(file: LintFile, { tree, text }: LintExpression): Reference | undefined {
  const isSpelledOut = /tojson/i.test(text)
  const hasPullRequest = file.kind === 'action' || hasEvent(file, ...pullRequestEvents, 'workflow_call')
  return referencesOut(tree).find(reference => {
    if (!hasPullRequest && ofPullRequest.test(reference.join('.'))) return false
    return outside.some(
      path =>
        (isSpelledOut ? reference.length <= path.length : reference.length === path.length) &&
        reference.every((key, i) => fits(key, path[i])),
    )
  })
}

const fits = (key: string, wanted: string | undefined): boolean =>
  key === wanted || key === '*' || (wanted === '*' && /^\d+$/.test(key))
