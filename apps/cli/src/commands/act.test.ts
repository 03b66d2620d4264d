import { describe, expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { type TestHostChanges, typed } from '../testing/test-host.ts'
import { type Answer, refusal, testServer } from '../testing/test-server.ts'

async function act(argv: string[], answers: Record<string, Answer>, changes: TestHostChanges = {}) {
  const server = await testServer(answers)
  const { asked: questions, ...rest } = await typed(argv, {
    ...changes,
    env: { ...server.env, ...changes.env },
    now: sample.now,
  })
  return { ...rest, questions, posts: server.asked.filter(({ method }) => method === 'POST') }
}

describe('approve and reject', () => {
  const approved = {
    ...sample.promotion,
    state: 'approved',
    approvals: [{ person: 'Ada', decision: 'approved', reason: 'fine', at: sample.at }],
  }
  const answers = {
    'GET /api/v1/projects/shop/promotions': () => ({ promotions: [sample.promotion] }),
    'POST /api/v1/projects/shop/promotions/promotion-1/approve': () => approved,
    'POST /api/v1/projects/shop/promotions/promotion-1/reject': () => ({ ...sample.promotion, state: 'rejected' }),
  }

  it('binds the answer to the version that was looked at', async () => {
    const { code, out, posts } = await act(['approve', '8f3c', '--reason', 'fine'], answers)
    expect(code).toBe(0)
    expect(out).toBe('8f3c2a1 → production: approved\n')
    expect(posts[0]?.body).toEqual({ reason: 'fine', version: 3 })
    expect((await act(['reject', 'promotion-1', '--reason', 'no'], answers)).out).toContain('rejected')
  })

  it('counts the approvals that are still needed', async () => {
    const first = { ...approved, state: 'ready', approvalsNeeded: 2 }
    const { out } = await act(['approve', '8f3c', '--reason', 'fine'], {
      ...answers,
      'POST /api/v1/projects/shop/promotions/promotion-1/approve': () => first,
    })
    expect(out).toContain('1 of 2 approvals')
  })

  it('needs a reason, and asks nothing before', async () => {
    expect(await act(['approve', '8f3c'], {})).toMatchObject({
      code: 2,
      err: expect.stringContaining('REASON_REQUIRED'),
      posts: [],
    })
  })

  it('names what waits when nothing of that name does', async () => {
    const { code, err } = await act(['approve', '8f3', '--reason', 'x'], answers)
    expect(code).toBe(2)
    expect(err).toContain('expected a promotion that waits (8f3c2a1 → production), got "8f3"')
  })

  it('asks which environment is meant', async () => {
    const promotions = [sample.promotion, { ...sample.promotion, id: 'promotion-2', environment: 'eu' }]
    const both = { ...answers, 'GET /api/v1/projects/shop/promotions': () => ({ promotions }) }
    const { err } = await act(['approve', '8f3c', '--reason', 'x'], both)
    expect(err).toContain('8f3c waits for production, eu: say which with --environment')
    expect((await act(['approve', '8f3c', '--reason', 'x', '--environment', 'production'], both)).code).toBe(0)
  })

  it('passes the refusal on', async () => {
    const { code, err } = await act(['approve', '8f3c', '--reason', 'x'], {
      ...answers,
      'POST /api/v1/projects/shop/promotions/promotion-1/approve': () => refusal('CONFLICT', 'it is rejected by now'),
    })
    expect(code).toBe(1)
    expect(err).toBe(
      'error CONFLICT  it is rejected by now\nhint: It changed meanwhile. Look again, then decide again.\n',
    )
  })
})

describe('rollback', () => {
  const started = { ...sample.deployment, kind: 'rollback', state: 'deploying', release: sample.former, liveAt: null }
  const answers = {
    'GET /api/v1/projects/shop/environments/production/rollback-plan': () => sample.plan,
    'POST /api/v1/projects/shop/environments/production/rollback': () => started,
    'GET /api/v1/projects/shop/deployments/deployment-1': () => ({ ...started, state: 'live', liveAt: sample.at }),
  }
  const argv = ['rollback', '--reason', 'checkout fails']

  it('prints the plan, then follows it to its end', async () => {
    const { code, out, posts, questions } = await act(argv, answers)
    expect(code).toBe(0)
    expect(out).toContain('production: 8f3c2a1 → 1234567, which still runs')
    expect(out).toContain('backend  still runs 1234567: switched at once')
    expect(out).toContain('schema: fits, nothing was added')
    expect(out).toContain('done    start backend  1.5 s  (port 4000)')
    expect(out).toContain('1234567 is live in production')
    expect(posts[0]?.body).toEqual({ reason: 'checkout fails' })
    expect(questions).toEqual([])
  })

  it('asks a person first, and leaves everything alone on a no', async () => {
    expect(await act(argv, answers, { answers: ['n'] })).toMatchObject({
      code: 1,
      posts: [],
      err: 'nothing was changed\n',
    })
    expect((await act(argv, answers, { answers: ['y'] })).posts).toHaveLength(1)
    expect((await act([...argv, '--yes'], answers, { answers: [] })).questions).toEqual([])
  })

  it('changes nothing on a dry run, and says whether it is safe', async () => {
    expect(await act(['rollback', '--dry-run'], answers)).toMatchObject({ code: 0, posts: [] })
    const plan = {
      ...sample.plan,
      isSafe: false,
      kept: false,
      blockers: ['the built files are gone'],
      schema: { fits: false, detail: 'a column is gone' },
    }
    const { code, out } = await act(['rollback', '--dry-run'], {
      ...answers,
      'GET /api/v1/projects/shop/environments/production/rollback-plan': () => plan,
    })
    expect(code).toBe(1)
    expect(out).toContain('in the way:\n  the built files are gone')
    expect(out).toContain('could return to: 1234567 (--to)')
    const json = await act(['rollback', '--dry-run', '--json'], answers)
    expect(JSON.parse(json.out)).toMatchObject({ to: sample.former })
  })

  it('shows a job the commit it has to check out, and changes nothing', async () => {
    const show = (args: string[], more: object = {}) =>
      act(['rollback', '--show-release', ...args], { ...answers, ...more })
    expect(await show([])).toMatchObject({ code: 0, out: `${sample.former}\n`, posts: [] })
    const going = { 'GET /api/v1/projects/shop/deployments/deployment-2': () => sample.deployment }
    expect(await show(['--deployment', 'deployment-2'], going)).toMatchObject({
      ...{ code: 0, out: `${sample.deployment.release}\n`, posts: [] },
    })
    const plan = { ...sample.plan, to: null }
    const nothing = { 'GET /api/v1/projects/shop/environments/production/rollback-plan': () => plan }
    expect(await show([], nothing)).toMatchObject({ code: 0, out: '' })
  })

  it('exits 1 when the former release does not come back', async () => {
    const failed = { ...started, state: 'failed', failure: 'backend never turned healthy' }
    const { code, out } = await act(['rollback', '--reason', 'x', '--to', sample.former], {
      ...answers,
      'GET /api/v1/projects/shop/deployments/deployment-1': () => failed,
    })
    expect(code).toBe(1)
    expect(out).toContain('1234567 failed: backend never turned healthy in production')
  })

  it('needs a reason unless nothing is changed', async () => {
    expect((await act(['rollback'], answers)).err).toContain('REASON_REQUIRED')
  })
})

it('resume: lets promotions through', async () => {
  const { code, out, posts } = await act(['resume', '--reason', 'mended'], {
    'POST /api/v1/projects/shop/environments/production/resume': () => ({ hold: null }),
  })
  expect(code).toBe(0)
  expect(out).toBe('promotions to production go on\n')
  expect(posts[0]?.body).toEqual({ reason: 'mended' })
})

describe('deploy', () => {
  const argv = ['deploy', '--environment', 'production', '--release', sample.sha]
  const running = {
    ...sample.deployment,
    state: 'verifying',
    steps: [{ ...sample.deployment.steps[0], status: 'running', finishedAt: null }],
  }

  it('prints each step once, as it ends', async () => {
    let looks = 0
    const { code, out, posts } = await act(argv, {
      'POST /api/v1/projects/shop/deployments': () => running,
      'GET /api/v1/projects/shop/deployments/deployment-1': () => (++looks < 3 ? running : sample.deployment),
    })
    expect(code).toBe(0)
    expect(posts[0]?.body).toEqual({ release: sample.sha, environment: 'production' })
    expect(out.match(/start backend/g)).toHaveLength(1)
    expect(out).toContain('8f3c2a1 is live in production')
  })

  it('exits 1 with the failure and the last lines of the service', async () => {
    const steps = [{ ...sample.deployment.steps[0], status: 'failed', detail: 'still 503 after 30 s' }]
    const failed = {
      ...sample.deployment,
      state: 'failed',
      steps,
      failure: 'backend never turned healthy',
      liveAt: null,
    }
    const logLine = {
      id: '1',
      project: 'p',
      environment: 'production',
      release: sample.sha,
      service: 'backend',
      at: sample.at,
      level: 'error',
      message: 'warming up',
      trace: null,
      fields: {},
    }
    const answers = {
      'POST /api/v1/projects/shop/deployments': () => failed,
      'GET /api/v1/projects/shop/logs': () => ({
        lines: [logLine],
        hasMore: false,
        searchedBackTo: null,
        cursor: '1',
        histogram: [],
        barMs: 15_000,
        countedFrom: null,
      }),
    }
    const { code, out } = await act(argv, answers)
    expect(code).toBe(1)
    expect(out).toContain('backend error warming up')
    expect(out).toContain('8f3c2a1 did not become live in production: backend never turned healthy')
    const inRun = await act(argv, answers, { env: { GITHUB_ACTIONS: 'true' } })
    expect(inRun.out).toContain('::error title=Deployment failed::backend never turned healthy')
  })

  it('counts a release that was replaced at once as done', async () => {
    expect(
      (
        await act(argv, {
          'POST /api/v1/projects/shop/deployments': () => ({ ...sample.deployment, state: 'superseded' }),
        })
      ).code,
    ).toBe(0)
  })

  it('outlasts a server that is started anew', async () => {
    let looks = 0
    const { code } = await act(argv, {
      'POST /api/v1/projects/shop/deployments': () => running,
      'GET /api/v1/projects/shop/deployments/deployment-1': () => (++looks === 1 ? 503 : sample.deployment),
    })
    expect(code).toBe(0)
  })

  it('takes the release of the commit that runs, and needs an environment', async () => {
    const { posts } = await act(
      ['deploy', '--environment', 'production'],
      { 'POST /api/v1/projects/shop/deployments': () => sample.deployment },
      { env: { GITHUB_SHA: sample.sha } },
    )
    expect(posts[0]?.body).toEqual({ release: sample.sha, environment: 'production' })
    expect((await act(['deploy'], {})).err).toContain('expected --environment')
    expect((await act(['deploy', '--environment', 'production'], {})).err).toContain('expected --release')
  })
})

describe('incidents', () => {
  const answers = {
    'GET /api/v1/projects/shop/incidents': () => ({ incidents: [sample.incident] }),
    'GET /api/v1/projects/shop/incidents/3': () => ({ ...sample.incidentView, notices: [sample.refusedPage] }),
    'POST /api/v1/projects/shop/incidents/3/acknowledge': () => ({ ...sample.incident, state: 'acknowledged' }),
    'POST /api/v1/projects/shop/incidents/3/resolve': () => ({ ...sample.incident, state: 'resolved' }),
    'POST /api/v1/projects/shop/incidents/3/notes': () => sample.incidentView.entries[0],
  }

  it('lists, shows, acknowledges, resolves and notes', async () => {
    expect((await act(['incidents', '--open'], answers)).out).toMatch(
      /#3 +critical +open +production +5 min ago +backend fails/,
    )
    const { out } = await act(['incidents', 'show', '3'], answers)
    expect(out).toContain('critical, open, production/backend; suspected: 8f3c2a1')
    expect(out).toContain('10:00:00  opened          gantry: error-spike fires')
    expect(out).toContain('10:00:00  alert resolved  gantry: alert error-spike resolved')
    expect(out).toContain('opened to pagerduty: not delivered (status 400)')
    expect(out).toContain('deploy of 8f3c2a1, live')
    expect(out).toContain('# Undo')
    expect((await act(['incidents', 'ack', '3'], answers)).out).toBe('#3 is acknowledged\n')
    const resolved = await act(['incidents', 'resolve', '3', '--reason', 'over'], answers)
    expect(resolved).toMatchObject({ out: '#3 is resolved\n', posts: [{ body: { reason: 'over' } }] })
    expect((await act(['incidents', 'note', '3', 'the vendor knows'], answers)).posts[0]?.body).toEqual({
      text: 'the vendor knows',
    })
  })

  it('needs the number, and the text of a note', async () => {
    expect((await act(['incidents', 'ack'], answers)).err).toContain('expected the number of an incident')
    expect((await act(['incidents', 'note', '3'], answers)).err).toContain('expected the text of the note')
  })
})

describe('issues', () => {
  const event = {
    id: '0'.repeat(32),
    project: 'p',
    environment: 'production',
    release: sample.sha,
    service: 'backend',
    level: 'error',
    platform: 'node',
    at: sample.at,
    receivedAt: sample.at,
    message: 'while listing',
    fingerprint: [],
    transaction: 'GET /api/sites',
    url: null,
    user: null,
    traceId: null,
    tags: {},
    breadcrumbs: [],
    sdk: null,
    exceptions: [
      { type: 'Error', value: 'outer', isSynthetic: false, isHandled: false, frames: [] },
      {
        type: 'TypeError',
        value: 'slot is undefined',
        isSynthetic: false,
        isHandled: false,
        frames: [
          {
            ...{ file: '/srv/dist/slots.ts', path: 'src/slots.ts', function: 'take', line: 19, column: 7 },
            ...{ isInApp: true, context: null },
          },
          {
            ...{ file: '/srv/node_modules/http.js', path: null, function: 'emit', line: 5, column: 1 },
            ...{ isInApp: false, context: null },
          },
        ],
      },
    ],
    lastChange: { sha: sample.sha, title: 'Take slots', author: 'Kim', at: '2026-11-23T10:00:00.000Z' },
    owners: [],
  }
  const known = { ...sample.issue, number: 4, title: 'an old one', firstRelease: sample.former }
  const tags = [{ name: 'release', of: 40, values: [{ value: sample.sha, count: 30 }] }]
  const counts = Array.from({ length: 96 }, (_, index) => (index > 93 ? 20 : 0))
  const production = { environment: 'production', release: sample.sha }
  const spread = {
    ...{ range: '24h', from: '2026-11-22T10:15:00.000Z', until: '2026-11-23T10:15:00.000Z', bucketMs: 900_000 },
    ...{ buckets: 96, events: 40, deployments: [] },
    byRelease: [{ kind: 'one', name: sample.sha, events: 40, counts }],
    byEnvironment: [{ kind: 'one', name: 'production', events: 40, counts }],
    releases: [
      { ...production, events: 40, firstAt: '2026-11-23T10:01:00.000Z', lastAt: sample.at, liveAt: sample.at },
    ],
  }
  const answers = {
    'GET /api/v1/projects/shop/issues': () => ({ issues: [sample.issue, known], total: 2 }),
    'GET /api/v1/projects/shop/issues/12': () => ({ ...sample.issue, tags }),
    'GET /api/v1/projects/shop/issues/12/spread': () => spread,
    'GET /api/v1/projects/shop/issues/12/events': () => ({ events: [event], total: 40 }),
    'POST /api/v1/projects/shop/issues/acts': () => ({ issues: [{ ...sample.issue, state: 'resolved' }] }),
    'GET /api/v1/projects/shop/line': () => sample.line,
  }

  it('lists those that came with the live release', async () => {
    expect((await act(['issues'], answers)).out).toContain('an old one')
    const { out } = await act(['issues', '--environment', 'production', '--new'], answers)
    expect(out).toMatch(/#12 +error +40 +3 +5 min ago +backend +TypeError: slot is undefined/)
    expect(out).not.toContain('an old one')
  })

  it('says when the environment is none of ours, for "no issue" would be a comfort', async () => {
    const none = { ...answers, 'GET /api/v1/projects/shop/issues': () => ({ issues: [], total: 0 }) }
    expect((await act(['issues', '--environment', 'production'], none)).out).toBe('no issue\n')
    expect((await act(['issues', '--environment', 'prod'], none)).out).toBe(
      'no issue; gantry.config.ts names no environment "prod", only staging, production\n',
    )
  })

  it('shows the newest event with the failing frame first, and resolves', async () => {
    const { out } = await act(['issues', 'show', '12'], answers)
    const read = '    at take (src/slots.ts:19:7)\n    and 1 frame more; --json shows them'
    expect(out).toContain(`TypeError: slot is undefined\n${read}\ncaused by Error: outer`)
    expect(out).toContain('last changed there in 8f3c2a1 “Take slots” by Kim')
    expect(out).toContain('release: 8f3c2a1 (75 %)')
    expect(out).toContain(`40 events in 24 hours  ${'·'.repeat(47)}█\n  by release: 8f3c2a1 40 (100 %)\n`)
    expect(out).toContain(
      'met by 8f3c2a1 in production: 40 events, first 4 min ago, last 5 min ago, live since 5 min ago',
    )
    expect((await act(['issues', 'resolve', '12'], answers)).out).toBe('#12 is resolved\n')
    expect((await act(['issues', 'show'], answers)).code).toBe(2)
  })
})
