import type { Deployment, Incident, Promotion } from '@gantry/core/api'
import { expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import * as sample from '../testing/samples.ts'
import { testHost, typed } from '../testing/test-host.ts'
import { type Answer, refusal, type TestServer, testServer } from '../testing/test-server.ts'

const bad = 'bad0000000000000000000000000000000000000'
const revert = 'f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1'

/** A small line that notices a bad release after half a second and puts the former one back. */
async function line(
  faults: { ci?: string; detects?: boolean; held?: boolean; deploysForMs?: number } = {},
): Promise<TestServer & { log: string[] }> {
  const log: string[] = []
  let liveAt: number | null = null
  let isHeld = faults.held ?? false
  let isResolved = false
  let isPutBack = false
  let tries = 0
  const iso = (ms: number) => new Date(ms).toISOString()
  const isOver = () => faults.detects !== false && liveAt !== null && Date.now() > liveAt + 500
  const base = { ...sample.deployment, release: sample.former, createdAt: sample.at }
  const deployments = (): Deployment[] => {
    if (liveAt === null) return [base]
    const verdict = { state: 'worse' as const, summary: 'fails', decidedAt: iso(liveAt + 450), signals: [] }
    const shipped: Deployment = {
      ...base,
      state: Date.now() < liveAt + (faults.deploysForMs ?? 0) ? 'deploying' : 'live',
      id: 'bad',
      release: bad,
      createdAt: iso(liveAt),
      liveAt: iso(liveAt),
      verdict: isOver() ? verdict : null,
    }
    if (!isOver() && !isPutBack) return [shipped, base]
    isHeld = true
    const back = {
      ...base,
      id: 'back',
      kind: 'rollback' as const,
      createdAt: iso(liveAt + 460),
      liveAt: iso(liveAt + 500),
    }
    return [back, { ...shipped, state: 'rolled-back' }, base]
  }
  const incident = (): Incident => ({ ...sample.incident, release: bad, openedAt: iso((liveAt ?? 0) + 300) })
  const promotion: Promotion = { ...sample.promotion, id: 'p', release: bad }
  const environments = () => [
    {
      ...sample.line.environments[1],
      current: deployments()[0],
      hold: isHeld ? { since: sample.at, because: 'rolled back', by: 'gantry' } : null,
    },
  ]
  const answers: Record<string, Answer> = {
    'GET /api/v1/projects/shop/line': () => ({
      ...sample.line,
      incidents: isOver() && !isResolved ? [incident()] : [],
      environments: environments(),
    }),
    'POST /api/v1/projects/shop/environments/production/rollback': () => {
      log.push('rollback')
      isPutBack = true
      return deployments()[0]
    },
    'POST /api/v1/projects/shop/sample/breaks/fails-30-percent/push': () => ({ branch: 'break-1', sha: bad }),
    'GET /api/v1/projects/shop/runs': ({ query }) => {
      const isCi = query['workflow'] === 'ci.yml' && faults.ci !== 'running'
      const conclusion = isCi ? (faults.ci ?? 'success') : undefined
      return {
        runs: [
          sample.summary({ status: conclusion ? 'completed' : 'in_progress', conclusion: conclusion as 'success' }),
        ],
      }
    },
    'POST /api/v1/projects/shop/sample/merge': ({ body }) => {
      log.push(`merge ${JSON.stringify(body)}`)
      return { sha: bad }
    },
    'GET /api/v1/projects/shop/promotions': () => ({ promotions: [promotion] }),
    'POST /api/v1/projects/shop/promotions/p/approve': () => {
      tries += 1
      if (tries === 1) return refusal('CONFLICT', 'it moved on')
      liveAt = Date.now()
      return { ...promotion, state: 'approved' }
    },
    'GET /api/v1/projects/shop/deployments': () => ({ deployments: deployments() }),
    'GET /api/v1/projects/shop/incidents': () => ({
      incidents: liveAt !== null && faults.detects !== false ? [incident()] : [],
    }),
    'GET /api/v1/projects/shop/incidents/3': () => ({ ...sample.incidentView, ...incident() }),
    'POST /api/v1/projects/shop/incidents/3/resolve': () => {
      log.push('resolve')
      isResolved = true
      return { ...incident(), state: 'resolved' }
    },
    'POST /api/v1/projects/shop/sample/revert': ({ body }) => {
      log.push(`revert ${JSON.stringify(body)}`)
      return { branch: 'revert-1', sha: revert }
    },
    'POST /api/v1/projects/shop/environments/production/resume': () => {
      log.push('resume')
      isHeld = false
      return { hold: null }
    },
    'GET /api/sites': () => (liveAt !== null && !isOver() ? 500 : { sites: [] }),
  }
  const server = await testServer(answers)
  server.answer({ 'GET /api/v1/projects/shop/environments/production/urls': () => ({ BACKEND_URL: server.url }) })
  return { ...server, log }
}

it('ships it, times the rescue, and leaves the line as it was', async () => {
  const server = await line()
  const { code, out, err } = await typed(['drill', 'bad-release', '--json'], { env: server.env })
  expect(err).toContain('bad0000 is live; waiting for the rescue')
  const result = JSON.parse(out)
  expect(result).toMatchObject({
    passed: true,
    faults: [],
    sha: bad,
    incident: 3,
    targets: { verdict: 15_000, servingAgain: 30_000 },
  })
  expect(Object.keys(result.durationsMs)).toEqual([
    'live',
    'firstBad',
    'incident',
    'verdict',
    'rolledBack',
    'servingAgain',
  ])
  expect(result.durationsMs.servingAgain).toBeGreaterThan(400)
  expect(result.bad).toBeGreaterThan(0)
  expect(server.log).toEqual([
    'merge {"branch":"break-1"}',
    `revert {"sha":"${bad}"}`,
    'merge {"branch":"revert-1"}',
    'resume',
    'resolve',
  ])
  expect(code).toBe(0)
})

/** Presses Ctrl-C when that was said. */
async function interruptedAt(said: string, env: Record<string, string>, afterMs = 50, ...more: string[]) {
  const host = testHost({ env })
  const stderr = host.stderr.write
  let isPressed = false
  host.stderr.write = text => {
    stderr(text)
    if (isPressed || !host.err().includes(said)) return
    isPressed = true
    setTimeout(() => host.signal('SIGINT'), afterMs)
  }
  return { code: await runProgram(['drill', 'bad-release', ...more], host), err: host.err() }
}

it('puts everything back when Ctrl-C ends it while the bad release is on its way, or while it is rescued', async () => {
  const [onItsWay, rescued] = await Promise.all([line({ detects: false, deploysForMs: 600 }), line()])
  const [first, second] = await Promise.all([
    interruptedAt('approved; it goes to production', onItsWay.env),
    interruptedAt('is live; waiting for the rescue', rescued.env, 600),
  ])
  expect(first.err).toContain('interrupted; putting everything back')
  expect(first.err).toContain('error RUN_FAILED  the drill was interrupted')
  expect(first.err).toContain('it was not rolled back by itself; rolling back')
  const back = [`revert {"sha":"${bad}"}`, 'merge {"branch":"revert-1"}', 'resume']
  expect(onItsWay.log).toEqual(['merge {"branch":"break-1"}', 'rollback', ...back])
  expect(rescued.log).toEqual(['merge {"branch":"break-1"}', ...back, 'resolve'])
  expect([first.code, second.code]).toEqual([1, 1])
})

it('takes nothing back when Ctrl-C comes before anything was on main, or nothing is to be put back', async () => {
  const early = await line({ ci: 'running' })
  expect((await interruptedAt('its checks run', early.env)).code).toBe(1)
  expect(early.log).toEqual([])
  const kept = await line({ detects: false })
  await interruptedAt('load on', kept.env, 50, '--no-restore')
  expect(kept.log).toEqual(['merge {"branch":"break-1"}'])
})

it('ships nothing when the checks are red, and takes nothing back', async () => {
  const server = await line({ ci: 'failure' })
  const { code, err } = await typed(['drill', 'bad-release'], { env: server.env })
  expect(code).toBe(1)
  expect(err).toContain('error RUN_FAILED  ci #12 ended as failure at check (front-end) › Test')
  expect(server.log).toEqual([])
})

it('does not begin while promotions are held', async () => {
  const server = await line({ held: true })
  const { code, err } = await typed(['drill', 'bad-release'], { env: server.env })
  expect(code).toBe(1)
  expect(err).toContain('PROMOTIONS_HELD')
})

it('knows one scenario', async () => {
  expect((await typed(['drill', 'good-release'])).err).toContain('"good-release" is none of bad-release')
})
