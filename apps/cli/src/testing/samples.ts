import type {
  Deployment,
  Incident,
  IncidentView,
  Issue,
  Line,
  Promotion,
  Release,
  RollbackPlan,
  RunState,
  RunSummary,
} from '@gantry/core/api'

/** Things as the server answers them, for tests to change what matters to them. */
export const sha = '8f3c2a1b9d4e5f60718293a4b5c6d7e8f9012345'
export const former = '1234567890abcdef1234567890abcdef12345678'
export const at = '2026-11-23T10:00:00.000Z'
export const now = (): Date => new Date('2026-11-23T10:05:00.000Z')

export const deployment: Deployment = {
  id: 'deployment-1',
  project: 'sitebuilder',
  environment: 'production',
  release: sha,
  formerRelease: former,
  kind: 'deploy',
  state: 'live',
  steps: [
    {
      id: 'backend.start',
      service: 'backend',
      kind: 'start',
      phase: 'start',
      undoable: true,
      summary: 'start backend',
      status: 'done',
      startedAt: at,
      finishedAt: '2026-11-23T10:00:01.500Z',
      detail: 'port 4000',
    },
  ],
  requestedBy: 'Ada',
  reason: null,
  runId: null,
  createdAt: at,
  liveAt: at,
  finishedAt: at,
  failure: null,
  verdict: null,
  version: 1,
}

export const promotion: Promotion = {
  id: 'promotion-1',
  project: 'sitebuilder',
  release: sha,
  fromEnvironment: 'staging',
  environment: 'production',
  state: 'ready',
  gates: [{ gate: 'ciGreen', title: 'ci.yml is green', state: 'met', detail: 'run 1 passed', evidence: null }],
  approvals: [],
  approvalsNeeded: 1,
  runId: 'run-1',
  jobId: 'production',
  createdAt: at,
  expiresAt: '2026-11-30T10:00:00.000Z',
  version: 3,
}

export const release: Release = {
  id: sha,
  project: 'sitebuilder',
  sha,
  title: 'Shorten slugs',
  author: 'Sam',
  createdAt: at,
  runId: null,
  artifacts: [],
  migrations: [],
  badBecause: null,
}

export const run: RunState = {
  id: 'run-1',
  number: 12,
  workflowPath: '.github/workflows/ci.yml',
  workflowName: 'ci',
  event: 'pull_request',
  eventPayload: {},
  inputs: {},
  ref: 'refs/pull/1/merge',
  sha,
  actor: 'Ada',
  title: 'Shorten slugs',
  status: 'completed',
  conclusion: 'failure',
  createdAt: at,
  startedAt: at,
  completedAt: '2026-11-23T10:01:30.000Z',
  attempt: 1,
  jobs: [
    {
      id: 'check (front-end)',
      key: 'check',
      name: 'check (front-end)',
      needs: [],
      status: 'completed',
      conclusion: 'failure',
      createdAt: at,
      startedAt: at,
      completedAt: '2026-11-23T10:01:00.000Z',
      steps: [{ number: 1, name: 'Test', status: 'completed', outcome: 'failure', conclusion: 'failure' }],
      outputs: {},
      annotations: [{ level: 'failure', message: 'expected 1, got 2', file: 'src/slug.test.ts', line: 9, step: 1 }],
      attempt: 1,
    },
    {
      id: 'gate',
      key: 'gate',
      name: 'gate',
      needs: ['check'],
      status: 'completed',
      conclusion: 'skipped',
      createdAt: at,
      steps: [],
      outputs: {},
      annotations: [],
      attempt: 1,
    },
  ],
}

export function summary(changes: Partial<RunSummary> = {}): RunSummary {
  const { eventPayload: _payload, inputs: _inputs, ...rest } = run
  return { ...rest, failedAt: 'check (front-end) › Test', failure: null, branch: 'shorten', ...changes }
}

export const incident: Incident = {
  number: 3,
  project: 'sitebuilder',
  key: 'error-spike',
  state: 'open',
  severity: 'critical',
  title: 'backend fails',
  environment: 'production',
  service: 'backend',
  release: sha,
  runbook: 'bad-release',
  openedAt: at,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  ticked: [],
  version: 1,
}

/** A page that its channel refused for good. */
export const refusedPage: IncidentView['notices'][number] = {
  ...{
    id: 'n1',
    project: 'sitebuilder',
    channel: 'pagerduty',
    attempts: 3,
    nextAt: at,
    createdAt: at,
    sentAt: null,
  },
  ...{ state: 'dead', lastError: 'status 400' },
  notice: {
    ...{ kind: 'opened', dedupKey: 'k', project: 'sitebuilder', severity: 'critical', title: 'backend fails' },
    ...{
      environment: 'production',
      service: 'backend',
      release: sha,
      incident: 3,
      at,
      url: 'http://x/incidents/3',
    },
    ...{ runbookUrl: null, by: null },
  },
}

export const incidentView: IncidentView = {
  ...incident,
  entries: [
    { id: 'e1', at, kind: 'opened', actor: 'gantry', text: 'error-spike fires', link: null },
    { id: 'e2', at, kind: 'alert-resolved', actor: 'gantry', text: 'alert error-spike resolved', link: null },
  ],
  runbookContent: {
    slug: 'bad-release',
    title: 'A release makes errors',
    alerts: ['error-spike'],
    severity: null,
    markdown: '# Undo\n',
  },
  notices: [],
  changesBefore: [deployment],
}

export const issue: Issue = {
  id: 'issue-1',
  project: 'sitebuilder',
  number: 12,
  title: 'TypeError: slot is undefined',
  culprit: 'request-slots.ts',
  level: 'error',
  state: 'open',
  service: 'backend',
  environments: ['production'],
  firstSeen: at,
  lastSeen: at,
  firstRelease: sha,
  lastRelease: sha,
  events: 40,
  people: 3,
  grouping: { key: 'k', because: [] },
  ...{ resolution: null, mute: null, regressedAt: null, assignee: null, parts: 1, imported: [] },
  version: 1,
}

export const plan: RollbackPlan = {
  environment: 'production',
  from: sha,
  to: former,
  candidates: [former],
  isSafe: true,
  kept: true,
  services: [{ service: 'backend', moves: true, runsIn: 'server', detail: 'still runs 1234567: switched at once' }],
  schema: { fits: true, detail: 'nothing was added' },
  env: [],
  lastTookMs: null,
  looked: [],
  after: ['what people wrote meanwhile stays'],
  blockers: [],
}

const cell = {
  environment: 'production',
  service: 'backend',
  release: sha,
  title: 'Shorten slugs',
  deploymentId: 'deployment-1',
  deploymentState: 'live',
  since: at,
  health: 'worse',
  healthDetail: '4.1 % of 312 requests fail, was 0.6 %',
  url: 'http://127.0.0.1:1',
  failureShare: [],
  requestsPerMinute: 60,
  schemaVersion: null,
} as const

export const line: Line = {
  project: 'sitebuilder',
  services: [
    { name: 'backend', kind: 'node' },
    { name: 'database', kind: 'postgres' },
  ],
  environments: [
    {
      name: 'staging',
      isProtected: false,
      current: null,
      hold: null,
      noWayBack: null,
      canRollBack: false,
      commitsAhead: null,
    },
    {
      name: 'production',
      isProtected: true,
      current: deployment,
      hold: null,
      noWayBack: null,
      canRollBack: true,
      commitsAhead: 2,
    },
  ],
  cells: [{ ...cell, failureShare: [] }],
  checks: [summary()],
  promotions: [promotion],
  incidents: [incident],
  recent: [],
  gitRemote: '/data/repository.git',
  dsn: 'http://key@127.0.0.1:4400/1',
  at,
}
