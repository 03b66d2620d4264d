import type {
  Brings,
  Deployment,
  ErrorEvent,
  Incident,
  IncidentView,
  Issue,
  IssueAct,
  IssuePart,
  Line,
  LineCell,
  LogLine,
  Release,
  ReleaseSummary,
  Runbook,
  RunState,
  RunSummary,
  ServiceLine,
} from '@gantry/core/api'
import { ago, ids, sha, start } from './ids.ts'
import { promotion } from './promotion-fixtures.ts'
import { sampleOnItsWay } from './sample-fixture.ts'

export { comparison, figures } from './figures-fixture.ts'
export { previews } from './previews-fixture.ts'
export { checklist, possibleVoters, promotion } from './promotion-fixtures.ts'
export { ago, ids, sha, start }

const { good, bad, next, main } = ids

const deployment = (
  id: string,
  environment: string,
  release: string,
  former: string | null,
  liveS: number,
): Deployment => ({
  id,
  project: 'sitebuilder',
  environment,
  release,
  formerRelease: former,
  kind: 'deploy',
  state: 'live',
  steps: (['migrate', 'start', 'verify', 'switch'] as const).map((phase, i) => ({
    id: `backend.${phase}`,
    service: i === 0 ? 'database' : 'backend',
    kind: phase,
    phase,
    undoable: phase === 'start' || phase === 'switch',
    summary: `${phase} ${i === 0 ? '1 migration' : 'backend'}`,
    status: 'done',
    startedAt: ago(liveS + 20 - i * 4),
    finishedAt: ago(liveS + 17 - i * 4),
    detail: null,
  })),
  requestedBy: 'Ana Lima',
  reason: null,
  runId: 'r418',
  createdAt: ago(liveS + 22),
  liveAt: ago(liveS),
  finishedAt: null,
  failure: null,
  verdict: {
    state: environment === 'production' ? 'worse' : 'healthy',
    summary: environment === 'production' ? '4.1 % of 312 requests fail, tolerated are 1.0 %' : 'no worse than before',
    decidedAt: ago(liveS - 60),
    signals: [
      {
        signal: 'failures',
        service: 'builder',
        former: { trials: 900, bad: 5 },
        current: { trials: 312, bad: 13 },
        toleratedRate: 0.01,
        state: environment === 'production' ? 'worse' : 'healthy',
      },
    ],
  },
  version: 3,
})
export const deployments = [
  deployment('d2', 'production', bad, good, 240),
  deployment('d1', 'staging', next, bad, 1560),
] as const

const share = (top: number) =>
  Array.from({ length: 30 }, (_, i) => (i < 4 ? null : Math.max(0, (i / 30) ** 3 * top + 0.004)))
const cell = (service: string, environment: string, health: LineCell['health'], detail: string): LineCell => {
  const isProduction = environment === 'production'
  const isDatabase = service === 'database'
  return {
    environment,
    service,
    release: isProduction ? bad : next,
    title: isProduction ? 'Round totals to cents' : 'Fix refund total',
    deploymentId: isProduction ? 'd2' : 'd1',
    deploymentState: 'live',
    since: ago(isProduction ? 240 : 1560),
    health,
    healthDetail: detail,
    url: isDatabase ? null : 'http://127.0.0.1:4510',
    failureShare: isDatabase ? [] : share(health === 'worse' ? 0.09 : 0.01),
    requestsPerMinute: isDatabase ? null : 62,
    schemaVersion: isDatabase ? '0043' : null,
  }
}

export const incident: Incident = {
  number: 12,
  project: 'sitebuilder',
  key: 'production',
  state: 'open',
  severity: 'critical',
  title: 'builder errors 6× since 8f3c2a1',
  environment: 'production',
  service: 'builder',
  release: bad,
  runbook: 'bad-release',
  openedAt: ago(250),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  signs: [
    { rule: 'error-spike', service: 'builder', of: 'a1', at: ago(250) },
    { rule: 'verdict', service: 'builder', of: 'd1', at: ago(190) },
  ],
  ticked: [0],
  version: 1,
}
export const brings = (of: Release): Brings => ({
  since: good,
  commits: 1,
  changes: [{ sha: of.id, title: of.title, author: of.author, at: ago(2_500) }],
  migrations: of.migrations,
  incidents: [incident],
  env: { from: 'staging', to: 'production', changes: [{ service: 'builder', name: 'MAIL_KEY', change: 'removed' }] },
  contributors: { wrote: [of.author], pushed: ['leo'] },
})
export const runbook: Runbook = {
  slug: 'bad-release',
  title: 'A bad release',
  alerts: ['error-spike'],
  severity: 'critical',
  markdown:
    'Puts the last good release back.\n\n## Look\n\n- [ ] Confirm on [the line](/) which release is worse\n- [ ] Say in `#ops` what you see\n\n## Do\n\n- [ ] Roll back production\n\n```sh\ngantry rollback --reason "errors"\n```\n\n| signal | healthy | what it means when it is not | who knows more |\n|---|---|---|---|\n| failures | < 0.5 % | requests end in 5xx: the release, or the database behind it | backend-on-call@example.com |\n| saturation | < 70 % | the connection pool is exhausted | platform-on-call@example.com |\n',
}
const entry = (
  id: string,
  second: number,
  kind: IncidentView['entries'][number]['kind'],
  text: string,
  link: string | null = null,
) => ({
  id,
  at: ago(250 - second),
  kind,
  actor: 'gantry',
  text,
  link,
})
export const incidentView = (now: Incident): IncidentView => ({
  ...now,
  entries: [
    entry('1', 0, 'opened', 'error-spike fired: builder errors 6× since 8f3c2a1', '/issues/9'),
    entry('2', 12, 'page-failed', 'PagerDuty answered 500, trying again'),
    entry('3', 31, 'paged', 'paged Ana by PagerDuty'),
    entry('4', 60, 'verdict', 'the verdict on 8f3c2a1 is worse', `/releases/${bad}`),
  ],
  runbookContent: runbook,
  notices: [],
  changesBefore: [deployments[0]],
})

const jobs = (failed: boolean): RunState['jobs'] =>
  [
    ['lint', []],
    ['types', []],
    ['build', []],
    ['test (front-end)', ['types']],
    ['test (back-end)', ['types', 'build']],
    // As many legs as a real matrix has, alike at their beginning.
    ...Array.from({ length: 40 }, (_, leg) => [
      `integration (ubuntu-latest, postgres 17, shard ${leg + 1} of 40)`,
      ['build'],
    ]),
    ['gate', ['lint', 'test']],
  ].map(([id, needs], i) => {
    const isBad = failed && (id === 'test (back-end)' || id === 'gate')
    const name = id as string
    return {
      id: name,
      key: name.split(' ')[0] ?? name,
      name,
      needs: needs as string[],
      ...(name === 'gate' && { judgesNeeds: true }),
      status: 'completed',
      conclusion: isBad ? 'failure' : 'success',
      createdAt: ago(700),
      startedAt: ago(690 - i * 20),
      completedAt: ago(660 - i * 30),
      steps: ['Set up', 'Install', 'vitest'].map((step, n) => ({
        number: n + 1,
        name: step,
        status: 'completed' as const,
        outcome: isBad && n === 2 ? ('failure' as const) : ('success' as const),
        conclusion: isBad && n === 2 ? ('failure' as const) : ('success' as const),
        startedAt: ago(690 - n * 10),
        completedAt: ago(680 - n * 10),
      })),
      outputs: {},
      annotations: [],
      attempt: 1,
    }
  })
export const run = (id: string, number: number, failed: boolean): RunState => ({
  id,
  number,
  workflowPath: '.github/workflows/ci.yml',
  workflowName: 'ci',
  event: 'pull_request',
  eventPayload: {},
  inputs: {},
  ref: 'refs/pull/2/merge',
  sha: failed ? main : next,
  actor: 'Leo Park',
  title: 'Fix refund total',
  author: 'Leo Park',
  status: 'completed',
  conclusion: failed ? 'failure' : 'success',
  createdAt: ago(700),
  startedAt: ago(690),
  completedAt: ago(498),
  attempt: 1,
  jobs: jobs(failed),
})
export const summary = (state: RunState): RunSummary => ({
  ...state,
  failedAt: state.conclusion === 'failure' ? 'test (back-end) › vitest' : null,
  branch: 'fix-refund-total',
  failure:
    state.conclusion === 'failure' ? 'packages/refund/src/refund.test.ts:31  total › adds up: expected 90' : null,
})
export const logOf = (job: string, count: number): LogLine[] =>
  Array.from({ length: count }, (_, i) => {
    const step = i < 20 ? 1 : i < 400 ? 2 : 3
    const isFailing = job === 'test (back-end)' && i === Math.floor(count * 0.9)
    const text = isFailing
      ? '\x1b[31mAssertionError\x1b[39m: expected 90, got 100 <img src=x onerror=alert(1)>'
      : `\x1b[32m✓\x1b[39m src/case-${i}.test.ts (${(i * 7) % 90} ms)`
    return { seq: i + 1, step, at: ago(690 - i / 100), text }
  })

export const issue = (number: number): Issue => ({
  id: `i${number}`,
  project: 'sitebuilder',
  number,
  title: number === 9 ? 'TypeError: total is undefined' : `Error: request ${number} timed out`,
  culprit: 'checkout.ts in priceOf',
  level: 'error',
  state: 'open',
  service: 'builder',
  environments: ['production'],
  firstSeen: ago(number % 4 === 2 ? 2_000_000 : 1560),
  lastSeen: ago(number + 3),
  firstRelease: bad,
  lastRelease: bad,
  events: 412,
  people: 38,
  grouping: { key: 'k', because: ['type TypeError', 'frame checkout.ts priceOf'] },
  ...{ resolution: null, mute: null, assignee: null, parts: 1, imported: [] },
  regressedAt: number % 4 === 3 ? ago(900) : null,
  version: 1,
})
const open = { state: 'open', resolution: null, mute: null, regressedAt: null, assignee: null } as const
const issueAct = (id: number, kind: IssueAct['kind'], change: Partial<IssueAct> = {}): IssueAct => ({
  ...{ id: String(id), at: ago(600 - id * 60), kind, by: 'Ana', text: null, isUndone: false, canUndo: false },
  ...{ event: null, release: null, change: null, issues: [], ...change },
})
const nextRelease = { at: ago(300), how: 'in-next-release', release: bad } as const
export const issueActs: IssueAct[] = [
  issueAct(5, 'regressed', { by: null, release: bad }),
  issueAct(4, 'commented', { by: 'Leo', text: 'Only carts that were emptied in another tab.' }),
  issueAct(3, 'resolved', { change: { before: open, after: { ...open, state: 'resolved', resolution: nextRelease } } }),
  issueAct(2, 'merged', { issues: [14], canUndo: true }),
  issueAct(1, 'new', { by: null, release: bad }),
]
const because = ['type TypeError', 'frame checkout.ts priceOf']
export const issuePart = (number: number): IssuePart => ({
  ...{
    id: `part-${number}`,
    number,
    title: 'TypeError: total is undefined',
    culprit: 'checkout.ts in priceOf',
    because,
  },
  ...{ keys: 1, events: number * 20, firstSeen: ago(1560), lastSeen: ago(12), isOwn: number === 9 },
})
export const issueParts = [issuePart(9), issuePart(14)]
const context = { pre: ['  const total = cart.total', ''], line: '  return total.amount', post: ['}'] }
export const event = (index: number): ErrorEvent => ({
  id: String(index).padStart(32, '0'),
  project: 'sitebuilder',
  environment: 'production',
  release: bad,
  service: 'builder',
  level: 'error',
  platform: 'javascript',
  at: ago(12 + index),
  receivedAt: ago(12 + index),
  message: null,
  exceptions: [
    {
      type: 'TypeError',
      value: 'total is undefined',
      isSynthetic: false,
      isHandled: false,
      frames: [
        {
          file: 'node_modules/react-dom/index.js',
          function: 'dispatch',
          line: 9,
          column: 1,
          isInApp: false,
          context: null,
        },
        { file: 'src/checkout.ts', function: 'priceOf', line: 31, column: 10, isInApp: true, context },
      ],
    },
  ],
  fingerprint: [],
  transaction: '/checkout',
  url: 'https://shop.example/checkout',
  user: 'u-17',
  traceId: 'abcdef0123456789',
  tags: { browser: 'Chrome 150' },
  breadcrumbs: [{ at: ago(20), category: 'http', level: 'error', message: 'POST /api/price answered 500' }],
  sdk: 'sentry.javascript.browser 11.12.0',
})
export const serviceLine = (index: number): ServiceLine => ({
  id: String(1_000_000 + index),
  project: 'sitebuilder',
  environment: index % 5 === 0 ? 'staging' : 'production',
  release: bad,
  service: index % 3 === 0 ? 'builder' : 'backend',
  at: ago(880 - index),
  level: index % 17 === 0 ? 'error' : index % 11 === 0 ? 'warn' : 'info',
  message: index % 17 === 0 ? `refund ${index} failed: total is undefined` : `GET /api/sites/${index} 200`,
  trace: null,
  fields: { status: 200, requestId: `q${index}` },
})
export const release = (id: string, title: string, badBecause: string | null = null): Release => ({
  id,
  project: 'sitebuilder',
  sha: id,
  title,
  author: 'Leo Park <leo@sitebuilder.example>',
  createdAt: ago(2_000),
  runId: 'r415',
  artifacts: [{ service: 'builder', digest: `sha256:${'a'.repeat(64)}`, bytes: 182_000 }],
  migrations: [{ version: '0043', name: 'add_refunds', sql: '', effect: 'expand', verdicts: [] }],
  badBecause,
})
export const releases: ReleaseSummary[] = [
  release(next, 'Fix refund total'),
  release(bad, 'Round totals to cents'),
  release(good, 'Faster preview'),
].map(each => ({ ...each, places: deployments.filter(({ release: of }) => of === each.id) }))

export const line = (incidents: Incident[], isHeld: boolean): Line => ({
  project: 'sitebuilder',
  services: ['builder', 'backend', 'database'].map(name => ({ name, kind: name === 'database' ? 'postgres' : 'node' })),
  environments: (['staging', 'production'] as const).map(name => ({
    name,
    isProtected: name === 'production',
    current: deployments[name === 'production' ? 0 : 1],
    hold: isHeld && name === 'production' ? { since: ago(30), because: '8f3c2a1 was worse', by: 'gantry' } : null,
    noWayBack: null,
    canRollBack: true,
    commitsAhead: name === 'staging' ? 3 : 4,
  })),
  cells: [
    cell('builder', 'staging', 'healthy', '0.4 % of 240 requests fail, 0 error events'),
    cell('builder', 'production', 'worse', '4.1 % of 312 requests fail, was 0.6 %'),
    cell('backend', 'staging', 'healthy', '0.0 % of 240 requests fail, 0 error events'),
    cell('backend', 'production', 'degraded', '1.2 % of 312 requests fail, 3 error events'),
    cell('database', 'staging', 'healthy', 'its services answer'),
    cell('database', 'production', 'unknown', 'no monitor watches it'),
  ],
  checks: [summary(run('r418', 418, true)), summary(run('r415', 415, false))],
  promotions: [promotion],
  incidents,
  recent: [],
  sample: sampleOnItsWay(good),
  gitRemote: 'http://127.0.0.1:4400/git/sitebuilder',
  dsn: 'http://key@127.0.0.1:4400/1',
  at: ago(0),
})
