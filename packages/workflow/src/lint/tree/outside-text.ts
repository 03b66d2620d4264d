import type { Reference } from './references.ts'

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

/** Whether a reference holds such text: names it, or one of the objects that contain it. */
export const isOutsideText = (reference: Reference): boolean =>
  reference.length > 1 &&
  outside.some(path => reference.length <= path.length && reference.every((key, i) => fits(key, path[i])))

const fits = (key: string, wanted: string | undefined): boolean =>
  key === wanted || key === '*' || (wanted === '*' && /^\d+$/.test(key))
