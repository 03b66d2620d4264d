import { describe, expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { type Answer, testServer } from '../testing/test-server.ts'

const me = {
  person: { id: 'owner', name: 'Ada', email: null, isServerOwner: true },
  knownAs: { names: ['Ada'], emails: [] },
  kind: 'person',
  projects: ['sitebuilder'],
  roles: { sitebuilder: 'owner' },
}

async function look(argv: string[], answers: Record<string, Answer>) {
  const server = await testServer(answers)
  return { ...(await typed(argv, { env: server.env, now: sample.now })), asked: server.asked }
}

describe('status', () => {
  const one = { host: 'web-1', role: 'all', startedAt: sample.at, isThis: true, projects: ['sitebuilder'] }
  const servers = [{ ...one, address: 'http://web-1:4400' }]
  const answers = {
    'GET /api/v1/projects/shop/line': () => sample.line,
    'GET /api/v1/me': () => me,
    'GET /api/v1/servers': () => ({ servers }),
  }

  it('shows each service in each environment, what is wrong, and what waits', async () => {
    const { code, out } = await look(['status'], answers)
    expect(code).toBe(0)
    expect(out).toContain('backend   –        8f3c2a1 worse 5 min ago')
    expect(out).toContain('backend in production: 4.1 % of 312 requests fail')
    expect(out).toContain('production: main is 2 ahead')
    expect(out).toContain('promotion 8f3c2a1 → production waits for approval')
    expect(out).toContain('incident #3 critical open: backend fails')
    expect(out).toMatch(/ci #12 +8f3c2a1 +failure +5 min ago +check \(front-end\) › Test/)
    expect(out).toContain('as Ada (owner)')
    expect(out).toContain('dsn         http://key@')
  })

  it('shows a hold, a deployment under way and the verdict of one environment', async () => {
    const hold = { since: sample.at, because: 'rolled back', by: 'gantry' }
    const verdict = { state: 'worse', summary: 'fails 9 times as often', decidedAt: sample.at, signals: [] }
    const current = { ...sample.deployment, kind: 'rollback', state: 'deploying', verdict }
    const [staging, production] = sample.line.environments
    const line = { ...sample.line, environments: [staging, { ...production, hold, current }] }
    const { out } = await look(['status', '--environment', 'production'], {
      ...answers,
      'GET /api/v1/projects/shop/line': () => line,
    })
    expect(out).toContain('hold production: promotions wait since 5 min ago, by gantry: rolled back')
    expect(out).toContain('production: rollback of 8f3c2a1 is deploying')
    expect(out).toContain('verdict worse: fails 9 times as often')
    expect(out).not.toContain('staging')
    expect(out).not.toContain('dsn')
  })

  it('names the servers where there are several, and what each works on', async () => {
    const two = [...servers, { ...one, host: 'web-2', role: 'web', address: null, isThis: false, projects: [] }]
    const { out } = await look(['status'], { ...answers, 'GET /api/v1/servers': () => ({ servers: two }) })
    expect(out).toContain('server      http://web-1:4400 on web-1, role all, works on sitebuilder\n')
    expect(out).toContain('server      web-2 on web-2, role web\n')
    expect((await look(['status'], answers)).out).not.toContain('role all')
  })

  it('names the ports of syslog, and why the last line was refused', async () => {
    const counts = { connections: 2, taken: 1_200, refused: 3 }
    const lastRefusal = { at: sample.at, why: 'no such key' }
    const syslog = [
      { address: 'tls://0.0.0.0:6514', project: null, service: null, ...counts, lastRefusal },
      { address: 'tcp://10.0.0.5:1514', project: 'shop', service: 'web', ...counts, refused: 0, lastRefusal: null },
    ]
    const { out } = await look(['status'], {
      ...answers,
      'GET /api/v1/servers': () => ({ servers: [{ ...servers[0], syslog }] }),
    })
    expect(out).toMatch(
      /syslog +tls:\/\/0\.0\.0\.0:6514, 2 connected, 1200 lines taken, 3 refused \(no such key, .+\)\n/,
    )
    expect(out).toContain('tcp://10.0.0.5:1514 for shop/web, 2 connected, 1200 lines taken, 0 refused\n')
  })

  it('refuses an environment that is not on the line', async () => {
    const { code, err } = await look(['status', '--environment', 'prod'], answers)
    expect(code).toBe(2)
    expect(err).toContain('expected an environment among staging, production, got "prod"')
  })

  it('answers everything as JSON', async () => {
    const { out } = await look(['status', '--json'], answers)
    expect(JSON.parse(out)).toMatchObject({ project: 'sitebuilder', person: { name: 'Ada' } })
  })
})

it('gates: names what a promotion still needs and exits 1', async () => {
  const gates = [
    ...sample.promotion.gates,
    { gate: 'e2eGreen', title: 'e2e is green', state: 'waiting', detail: 'e2e runs', evidence: null },
    { gate: 'noNewIssues', title: 'No new issues', state: 'unmet', detail: '2 were seen', evidence: null },
  ]
  const promotions = [{ ...sample.promotion, state: 'waiting', gates }]
  const { code, out } = await look(['gates'], { 'GET /api/v1/projects/shop/promotions': () => ({ promotions }) })
  expect(code).toBe(1)
  expect(out).toContain('8f3c2a1 → production  waiting, 0 of 1 approvals')
  expect(out).toContain('met     ci.yml is green: run 1 passed')
  expect(out).toContain('unmet   No new issues: 2 were seen')
  const elsewhere = await look(['gates', '--environment', 'qa'], {
    'GET /api/v1/projects/shop/promotions': () => ({ promotions }),
  })
  expect(elsewhere).toMatchObject({ code: 0, out: 'no promotion waits\n' })
})

it('releases: shows where each is live and which are bad', async () => {
  const bad = { ...sample.release, id: sample.former, sha: sample.former, badBecause: 'rolled back: it fails' }
  const { out, asked } = await look(['releases', '-n', '2'], {
    'GET /api/v1/projects/shop/releases': () => ({ releases: [sample.release, bad] }),
    'GET /api/v1/projects/shop/line': () => sample.line,
  })
  expect(out).toMatch(/8f3c2a1 +5 min ago +production +Sam +Shorten slugs/)
  expect(out).toContain('bad: rolled back: it fails')
  expect(asked.find(({ path }) => path.endsWith('releases'))?.query).toEqual({ limit: '2' })
})

it('monitors: shows each and exits 1 while one is down', async () => {
  const base = {
    project: 'p',
    service: 'backend',
    type: 'http',
    everyMs: 5000,
    timeoutMs: 5000,
    confirmations: 2,
    streak: 0,
    recent: [],
  }
  const last = { monitor: 'm', at: sample.at, isOk: false, status: null, latencyMs: 3, error: 'ECONNREFUSED' }
  const up = {
    ...base,
    id: 'a',
    environment: 'staging',
    name: 'api',
    target: 'http://a',
    state: 'up',
    since: sample.at,
    last: { ...last, isOk: true, latencyMs: 7.6 },
  }
  const down = {
    ...base,
    id: 'b',
    environment: 'production',
    name: 'api',
    target: 'http://b',
    state: 'down',
    since: sample.at,
    last,
  }
  const fresh = { ...up, id: 'c', name: 'web', state: 'unknown', since: null, last: null }
  const answers = { 'GET /api/v1/projects/shop/monitors': () => ({ monitors: [up, down, fresh] }) }
  const { code, out } = await look(['monitors'], answers)
  expect(code).toBe(1)
  expect(out).toMatch(/api +production +down +5 min ago +ECONNREFUSED +http:\/\/b/)
  expect(out).toMatch(/api +staging +up +5 min ago +8 ms/)
  expect(out).toMatch(/web +staging +unknown +– +–/)
  expect((await look(['monitors', '--environment', 'staging'], answers)).code).toBe(0)
})

describe('runbook', () => {
  const answers = { 'GET /api/v1/projects/shop/runbooks': () => ({ runbooks: [sample.incidentView.runbookContent] }) }

  it('is found by the alert or by its name', async () => {
    expect((await look(['runbook', 'error-spike'], answers)).out).toBe('# Undo\n')
    expect((await look(['runbook', 'bad-release'], answers)).out).toBe('# Undo\n')
    expect((await look(['runbook'], answers)).out).toContain('A release makes errors')
  })

  it('names the nearest one', async () => {
    const { code, err } = await look(['runbook', 'eror-spike'], answers)
    expect(code).toBe(2)
    expect(err).toContain('no runbook "eror-spike"; did you mean "error-spike"?')
  })
})

describe('runs', () => {
  const answers = {
    'GET /api/v1/projects/shop/runs': () => ({ runs: [sample.summary()], total: 1, newer: 0 }),
    'GET /api/v1/projects/shop/runs/run-1': () => sample.run,
    'GET /api/v1/projects/shop/runs/run-1/jobs/check (front-end)/log': () => 'one\ntwo\n',
  }

  it('lists by workflow and commit', async () => {
    const { out, asked } = await look(['runs', '--workflow', 'ci.yml', '--sha', sample.sha], answers)
    expect(out).toMatch(/ci\.yml#12 +8f3c2a1 +shorten +failure +5 min ago +Ada +check \(front-end\) › Test/)
    expect(asked[0]?.query).toEqual({ workflow: 'ci.yml', sha: sample.sha, limit: '20' })
  })

  it('narrows by branch, author, event and status, and reaches older ones', async () => {
    const every = Array.from({ length: 450 }, (_, index) => sample.summary({ id: `r${index}`, number: 450 - index }))
    const paged: Record<string, Answer> = {
      'GET /api/v1/projects/shop/runs': ({ query: { before, limit, number } }) => {
        const found = number ? every.filter(run => run.number === Number(number)) : every
        const at = before ? found.findIndex(({ id }) => id === before) + 1 : 0
        return { runs: found.slice(at, at + Number(limit)), total: found.length, newer: at }
      },
    }
    const narrow = ['--branch', 'main', '--author', 'ada', '--event', 'push', '--status', 'failure']
    const first = await look(['runs', ...narrow, '-n', '3'], paged)
    expect(first.asked[0]?.query).toEqual({
      branch: 'main',
      author: 'ada',
      event: 'push',
      status: 'failure',
      limit: '3',
    })
    expect(first.err).toContain('447 older runs: add `--before ci.yml#448`')
    const next = await look(['runs', '--before', 'ci.yml#448', '-n', '2'], paged)
    expect(next.out).toMatch(/ci\.yml#447 [\s\S]*ci\.yml#446 /)
    expect(next.out).not.toContain('ci.yml#448')
    expect(next.err).toContain('445 older runs: add `--before ci.yml#446`')
    const all = await look(['runs', '-n', '1000', '--json'], paged)
    expect(JSON.parse(all.out).runs).toHaveLength(450)
    expect((await look(['runs', '-n', '1000'], paged)).err).not.toContain('older')
    expect((await look(['runs', '--status', 'red'], paged)).code).toBe(2)
  })

  it('shows one by the number people read, and exits 1 when it failed', async () => {
    const { code, out } = await look(['runs', 'show', 'ci.yml#12'], answers)
    expect(code).toBe(1)
    expect(out).toMatch(/✗ check \(front-end\) +failure +1 min 00 s +Test/)
    expect(out).toContain('check (front-end): src/slug.test.ts:9: expected 1, got 2')
    expect(out).toContain('ci: failure in 1 min 30 s')
  })

  it.each(['ci.yml#12', 'ci#12', 'ci #12', '12', '#12'])('knows which run %s is', async name => {
    const { out } = await look(['runs', 'show', name], answers)
    expect(out).toContain('ci: failure in 1 min 30 s')
  })

  it('asks which run is meant when several have the number', async () => {
    const e2e = { ...sample.summary(), id: 'run-2', workflowPath: '.github/workflows/e2e.yml', workflowName: 'e2e' }
    const several = {
      ...answers,
      'GET /api/v1/projects/shop/runs': () => ({ runs: [sample.summary(), e2e], total: 2, newer: 0 }),
    }
    const { code, err } = await look(['runs', 'show', '12'], several)
    expect(code).toBe(2)
    expect(err).toContain('12 may be ci.yml#12 or e2e.yml#12')
  })

  it('prints the log of a job, and says which there are', async () => {
    expect(await look(['runs', 'log', 'run-1', '--job', 'check (front-end)'], answers)).toMatchObject({
      code: 1,
      out: 'one\ntwo\n',
    })
    const { code, err } = await look(['runs', 'log', 'run-1'], answers)
    expect(code).toBe(2)
    expect(err).toContain('expected a job of the run, one of "check (front-end)", "gate"')
    expect((await look(['runs', 'log', 'run-1', '--job', 'x'], answers)).err).toContain('got "x"')
  })

  it('takes the job behind the run as well as by its option, and refuses two that differ', async () => {
    const placed = ['runs', 'log', 'ci #12', 'check (front-end)']
    expect(await look(placed, answers)).toMatchObject({ code: 1, out: 'one\ntwo\n' })
    expect(await look([...placed, '--job', 'check (front-end)'], answers)).toMatchObject({ out: 'one\ntwo\n' })
    const { code, err } = await look([...placed, '--job', 'gate'], answers)
    expect(code).toBe(2)
    expect(err).toContain('expected one job, got "check (front-end)" and --job "gate"')
  })

  it('takes the only job of a run for granted', async () => {
    const [job] = sample.run.jobs
    const { out } = await look(['runs', 'log', 'run-1'], {
      ...answers,
      'GET /api/v1/projects/shop/runs/run-1': () => ({ ...sample.run, jobs: [job] }),
    })
    expect(out).toBe('one\ntwo\n')
  })

  it('says when there is no such run', async () => {
    expect((await look(['runs', 'show', 'ci.yml#99'], answers)).err).toContain('no run ci.yml#99')
    expect((await look(['runs', 'show', 'e2e#12'], answers)).err).toContain('no run e2e#12')
    expect((await look(['runs', 'show'], answers)).code).toBe(2)
  })
})

it('urls: prints lines that $GITHUB_ENV takes', async () => {
  const answers = {
    'GET /api/v1/projects/shop/environments/production/urls': () => ({ BACKEND_URL: 'http://b', WEB_URL: 'http://w' }),
  }
  const argv = ['urls', '--environment', 'production']
  expect((await look(argv, answers)).out).toBe('BACKEND_URL=http://b\nWEB_URL=http://w\n')
  expect((await look([...argv, '--json'], answers)).out).toBe('{"BACKEND_URL":"http://b","WEB_URL":"http://w"}\n')
})

it('sign-in: prints the link', async () => {
  const { out } = await look(['sign-in'], { 'POST /api/v1/sign-in-links': () => ({ url: 'http://x/sign-in?link=1' }) })
  expect(out).toBe('http://x/sign-in?link=1\n')
})
