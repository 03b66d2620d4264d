import examples from './examples.json' with { type: 'json' }
import type {
  FakeCheck,
  FakeComment,
  FakeDeployment,
  FakeEnvironment,
  FakeMove,
  FakePull,
  FakeRuleset,
  FakeRun,
  GitHubState,
} from './github-state.ts'

/** Answers in GitHub's whole shape: the published example, with what the fake knows in its places. */
export const shapes = {
  conversion: ({ app }: GitHubState, pem: string) => ({
    ...examples.conversion,
    id: app?.id,
    slug: app?.slug,
    pem,
    webhook_secret: app?.webhookSecret,
  }),
  installation: ({ installation, app }: GitHubState) => ({
    ...examples.installation,
    id: installation?.id,
    app_id: app?.id,
    app_slug: app?.slug,
    suspended_at: installation?.isSuspended ? new Date(0).toISOString() : null,
  }),
  installationToken: (token: string, endsAtMs: number) => ({
    ...examples.installationToken,
    token,
    expires_at: new Date(endsAtMs).toISOString(),
  }),
  repository: ({ repository }: GitHubState) => ({
    ...examples.repository,
    id: repository.id,
    name: repository.name.split('/')[1],
    full_name: repository.name,
    default_branch: repository.defaultBranch,
    // The published example lacks what the description requires.
    language: null,
  }),
  deployment: (one: FakeDeployment) => ({
    ...examples.deployment,
    id: one.id,
    sha: one.sha,
    ref: one.sha,
    task: one.task,
    payload: one.payload,
    environment: one.environment,
    original_environment: one.environment,
    description: one.description,
    production_environment: one.isProduction,
  }),
  status: (one: FakeDeployment['statuses'][number]) => ({
    ...examples.status,
    id: one.id,
    state: one.state,
    description: one.description,
    log_url: one.logUrl,
    environment_url: one.environmentUrl,
  }),
  pull: (number: number) => ({ ...examples.pull, number, requested_teams: [] }),
  pullRequest: ({ repository }: GitHubState, number: number, one: FakePull) => ({
    ...examples.pull,
    // The published example is of a list, which leaves these out.
    ...{ merged: one.mergedAt !== null, mergeable: true, rebaseable: true, mergeable_state: 'clean', merged_by: null },
    ...{ comments: 0, review_comments: 0, maintainer_can_modify: true, commits: 1, additions: 1, deletions: 0 },
    ...{ changed_files: 1, requested_teams: [], number, title: one.title, state: one.state, merged_at: one.mergedAt },
    html_url: `https://github.com/${repository.name}/pull/${number}`,
    head: {
      ...examples.pull.head,
      ...{ ref: one.branch, sha: one.sha },
      repo: { ...examples.pull.head.repo, id: one.from },
    },
    base: { ...examples.pull.base, repo: { ...examples.pull.base.repo, id: repository.id } },
  }),
  comment: (one: FakeComment) => ({
    ...examples.comment,
    id: one.id,
    body: one.body,
    user: { ...examples.comment.user, id: one.userId },
    performed_via_github_app: one.appId === null ? null : { ...examples.conversion, id: one.appId },
  }),
  run: (run: FakeRun) => ({
    ...examples.run,
    id: run.id,
    name: run.workflow,
    path: `.github/workflows/${run.workflow}`,
    display_title: run.title,
    event: run.event,
    head_branch: run.branch,
    head_sha: run.sha,
    status: run.status,
    conclusion: run.conclusion,
    run_number: run.id,
    run_attempt: run.attempt,
    check_suite_id: run.suiteId,
    actor: { ...examples.run.actor, login: run.actor },
    head_repository: { ...examples.run.head_repository, id: run.head.id, full_name: run.head.name },
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    html_url: `https://github.com/acme/shop/actions/runs/${run.id}`,
  }),
  job: (run: FakeRun, job: FakeRun['jobs'][number]) => ({
    ...examples.job,
    ...{ id: job.id, name: job.name, status: job.status, conclusion: job.conclusion },
    ...{ run_id: run.id, run_attempt: run.attempt, head_sha: run.sha, head_branch: run.branch },
    ...{ created_at: run.createdAt, started_at: run.createdAt },
    completed_at: job.status === 'completed' ? run.updatedAt : null,
  }),
  activity: (move: FakeMove, at: number) => ({
    ...examples.activity,
    id: at + 1,
    ...{ ref: move.ref, before: move.before, after: move.after, activity_type: move.kind, timestamp: move.at },
    actor: { ...examples.user, id: move.actor.id, login: move.actor.login },
  }),
  commit: ({ history }: GitHubState, sha: string) => {
    const known = history.get(sha)
    const author = { ...examples.commit.commit.author, email: known?.email ?? '' }
    return {
      ...examples.commit,
      sha,
      commit: { ...examples.commit.commit, author },
      author: known?.author ? { ...examples.commit.author, ...known.author } : null,
    }
  },
  comparison: (
    state: GitHubState,
    { base, head, shown, total }: { base: string; head: string; shown: string[]; total: number },
  ) => ({
    ...examples.comparison,
    base_commit: shapes.commit(state, base),
    merge_base_commit: shapes.commit(state, base),
    total_commits: total,
    ahead_by: total,
    commits: shown.map(sha => shapes.commit(state, sha)),
    html_url: `https://github.com/acme/shop/compare/${base}...${head}`,
    files: [],
  }),
  checkRun: (check: FakeCheck, id: number) => ({
    ...examples.checkRun,
    id,
    ...{ head_sha: check.sha, name: check.name, status: check.status, conclusion: check.conclusion },
    ...{ started_at: check.at, completed_at: check.status === 'completed' ? check.at : null },
    check_suite: { id: check.suiteId },
    app: { ...examples.checkRun.app, id: check.app.id, slug: check.app.slug },
  }),
  combinedStatus: (sha: string, statuses: GitHubState['statuses']) => ({
    ...examples.combinedStatus,
    sha,
    total_count: statuses.length,
    statuses: statuses.map(({ context, state: said, at }) => ({
      ...examples.combinedStatus.statuses[0],
      ...{ context, state: said, updated_at: at, created_at: at },
    })),
  }),
  listedRuleset: ({ id, name, enforcement, target, source }: FakeRuleset) => ({
    ...examples.listedRuleset,
    ...{ id, name, enforcement, target, source_type: source },
  }),
  ruleset: (one: FakeRuleset) => ({
    ...examples.ruleset,
    ...{ id: one.id, name: one.name, enforcement: one.enforcement, target: one.target, source_type: one.source },
    bypass_actors: one.bypass,
    conditions: { ref_name: { include: one.include, exclude: [] } },
    rules: one.rules,
  }),
  ruleOfBranch: ({ id, source }: FakeRuleset, rule: FakeRuleset['rules'][number]) => ({
    ...rule,
    ...{ ruleset_id: id, ruleset_source_type: source, ruleset_source: 'acme/shop' },
  }),
  pending: (environment: string) => ({
    ...examples.pending,
    environment: { ...examples.pending.environment, name: environment },
    reviewers: [],
  }),
  branch: (name: string, sha: string) => ({ ...examples.branch, name, commit: { ...examples.branch.commit, sha } }),
  environment: (name: string, one: FakeEnvironment) => ({
    ...examples.environment,
    name,
    deployment_branch_policy: one.branchPolicy,
    protection_rules: [
      ...(one.waitTimer > 0 ? [{ id: 1, node_id: 'a', type: 'wait_timer', wait_timer: one.waitTimer }] : []),
      ...(one.reviewers.length > 0 ? [reviewersRule(one)] : []),
      ...(one.branchPolicy ? [{ id: 3, node_id: 'c', type: 'branch_policy' }] : []),
    ],
  }),
  branchPolicy: (name: string, at: number) => ({ ...examples.branchPolicy, id: at + 1, name }),
  rule: ({ id, slug, appId }: FakeEnvironment['rules'][number]) => ({
    id,
    node_id: 'r',
    enabled: true,
    app: { id: appId, slug, node_id: 'a', integration_url: `https://api.github.com/apps/${slug}` },
  }),
  user: (id: number) => ({ ...examples.user, id }),
  account: (login: string, id: number) => ({ ...examples.account, login, id }),
  team: (slug: string, id: number) => ({
    ...examples.team,
    ...{ slug, id, type: 'organization', organization: { ...examples.team.organization, archived_at: null } },
  }),
}

const reviewersRule = ({ preventSelfReview, reviewers }: FakeEnvironment) => ({
  id: 2,
  node_id: 'b',
  type: 'required_reviewers',
  prevent_self_review: preventSelfReview,
  reviewers: reviewers.map(({ type, id }) => ({
    type,
    reviewer: { ...(type === 'User' ? examples.comment.user : examples.team), id },
  })),
})
