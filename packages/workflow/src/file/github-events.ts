const pullRequestTypes = words(
  'assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed auto_merge_enabled auto_merge_disabled stacked',
)
const commentTypes = words('created edited deleted')

/**
 * The activity types GitHub knows of each event; an event without any has an empty list, one that takes every word none.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const activityTypes: Record<string, readonly string[] | undefined> = {
  branch_protection_rule: words('created edited deleted'),
  check_run: words('created rerequested completed requested_action'),
  check_suite: words('completed'),
  create: [],
  delete: [],
  deployment: [],
  deployment_status: [],
  discussion: words(
    'created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked category_changed answered unanswered',
  ),
  discussion_comment: commentTypes,
  fork: [],
  gollum: [],
  image_version: words('created ready deleted'),
  issue_comment: commentTypes,
  issues: words(
    'opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled unlabeled locked unlocked milestoned demilestoned field_added field_removed typed untyped',
  ),
  label: words('created edited deleted'),
  merge_group: words('checks_requested'),
  milestone: words('created closed opened edited deleted'),
  page_build: [],
  project: words('created closed reopened edited deleted'),
  project_card: words('created moved converted edited deleted'),
  project_column: words('created updated moved deleted'),
  public: [],
  pull_request: pullRequestTypes,
  pull_request_comment: commentTypes,
  pull_request_review: words('submitted edited dismissed'),
  pull_request_review_comment: commentTypes,
  pull_request_target: pullRequestTypes,
  push: [],
  registry_package: words('published updated'),
  release: words('published unpublished created edited deleted prereleased released'),
  // Its types are the sender's own words.
  repository_dispatch: undefined,
  schedule: [],
  status: [],
  watch: words('started'),
  workflow_call: [],
  workflow_dispatch: [],
  workflow_run: words('requested completed in_progress'),
}

/** What `on:` may name. */
export const eventNames = Object.keys(activityTypes)

/** Nothing where every word is a type of the event. */
export function typesOf(event: string): readonly string[] | undefined {
  return activityTypes[event]
}

const opening = ['opened', 'synchronize', 'reopened']
const usualTypes: Record<string, readonly string[]> = { pull_request: opening, pull_request_target: opening }

/**
 * The types that start a workflow whose trigger names none: three of a pull request, and all GitHub supports of any
 * other event, which are fewer than its webhook has. Nothing where the type does not matter.
 *
 * @example usualTypesOf('check_suite') // ['completed'], though its webhook is also sent as `requested`
 */
export function usualTypesOf(event: string): readonly string[] | undefined {
  const types = usualTypes[event] ?? activityTypes[event]
  return types === undefined || types.length === 0 ? undefined : types
}

const branchKeys = ['branches', 'branches-ignore']
const pathKeys = ['paths', 'paths-ignore']
/** What an event is filtered by besides its types. */
const filters: Record<string, string[]> = {
  push: [...branchKeys, 'tags', 'tags-ignore', ...pathKeys],
  pull_request: [...branchKeys, ...pathKeys],
  pull_request_target: [...branchKeys, ...pathKeys],
  merge_group: branchKeys,
  workflow_run: ['workflows', ...branchKeys],
  image_version: ['names', 'versions'],
}

/** The keys a trigger of this event may have; for some it is none. */
export function filterKeysOf(event: string): string[] {
  const types = typesOf(event)
  return [...(types === undefined || types.length > 0 ? ['types'] : []), ...(filters[event] ?? [])]
}

/** A filter of other events: GitHub starts the workflow as if it were not there. */
export function isIgnoredFilter(event: string, key: string): boolean {
  return (filters['push'] ?? []).includes(key) && !filterKeysOf(event).includes(key)
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
