import examples from './examples.json' with { type: 'json' }
import type { FakeComment, FakeDeployment, FakeEnvironment, FakeRun, GitHubState } from './github-state.ts'

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
    created_at: run.createdAt,
    updated_at: run.createdAt,
    run_started_at: run.createdAt,
    html_url: `https://github.com/acme/shop/actions/runs/${run.id}`,
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
    ],
  }),
  rule: ({ id, slug, appId }: FakeEnvironment['rules'][number]) => ({
    id,
    node_id: 'r',
    enabled: true,
    app: { id: appId, slug, node_id: 'a', integration_url: `https://api.github.com/apps/${slug}` },
  }),
  user: (id: number) => ({ ...examples.user, id }),
  account: (login: string, id: number) => ({ ...examples.account, login, id }),
  team: (slug: string, id: number) => ({ ...examples.team, slug, id }),
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
