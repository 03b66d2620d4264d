import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const now = () => new Date('2026-11-23T12:00:00Z')

describe('gantry ci stats', () => {
  it('shows what the server knows', async () => {
    const figures = { count: 4, succeeded: 3, failed: 1, cancelled: 0, successRate: 0.75 }
    const timed = { ...figures, durationMs: { p50: 60_000, p95: 90_000 }, queueMs: { p50: 2_000, p95: 5_000 } }
    const workflow = {
      ...timed,
      name: 'ci.yml',
      source: 'gantry',
      trend: 1.5,
      overBudget: 1,
      anomaly: 'took 9 min 00 s, usually 1 min 00 s',
    }
    const server = await testServer({
      'GET /api/v1/metrics': () => ({
        from: now().toISOString(),
        to: now().toISOString(),
        budgetMs: 600_000,
        workflows: [{ ...workflow, jobs: [{ ...timed, name: 'test' }] }],
        runners: [{ ...timed, name: 'local' }],
        flakes: [{ workflow: 'ci.yml', job: 'test', commits: 2, rate: 0.1, costMs: 120_000, lastSha: 'abc' }],
      }),
    })
    const { code, out } = await typed(['ci', 'stats', '--days', '7'], { env: server.env, now })
    expect(code).toBe(0)
    expect(out).toMatch(/ci\.yml +4 +75 % +1 min 00 s +1 min 30 s +2\.0 s +5\.0 s +1\.50 × +1/)
    expect(out).toMatch(/ci\.yml test +2 +10 % +2 min 00 s/)
    expect(out).toContain('▲ ci.yml: took 9 min 00 s, usually 1 min 00 s')
  })

  it('refuses days that are none', async () => {
    expect((await typed(['ci', 'stats', '--days', 'x'])).code).toBe(2)
  })
})

describe('gantry ci stats --github', () => {
  const run = (id: number, change: object = {}) => ({
    ...{ id, name: 'ci', path: '.github/workflows/ci.yml', event: 'push', run_attempt: 1, head_branch: 'main' },
    ...{ head_sha: `sha-${id}`, status: 'completed', conclusion: 'success', created_at: '2026-11-22T08:00:00Z' },
    updated_at: '2026-11-22T08:05:00Z',
    ...change,
  })
  const job = (id: number, attempt: number, conclusion: string) => ({
    ...{
      run_id: id,
      run_attempt: attempt,
      name: 'test',
      workflow_name: 'ci',
      head_branch: 'main',
      head_sha: `sha-${id}`,
    },
    ...{ labels: ['ubuntu-latest'], status: 'completed', conclusion, created_at: '2026-11-22T08:00:00Z' },
    ...{ started_at: '2026-11-22T08:00:10Z', completed_at: '2026-11-22T08:02:10Z' },
  })
  const runs = [run(1, { run_attempt: 2 }), ...Array.from({ length: 120 }, (_, index) => run(index + 2))]
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const page = Number(url.searchParams.get('page')) - 1
    const ofRun = /\/actions\/runs\/(\d+)\/jobs$/.exec(url.pathname)?.[1]
    const answer = ofRun
      ? { jobs: ofRun === '1' ? [job(1, 1, 'failure'), job(1, 2, 'success')] : [job(Number(ofRun), 1, 'success')] }
      : { workflow_runs: runs.slice(page * 100, page * 100 + 100) }
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  afterAll(() => server.close())

  it('reads every page, and finds the flake in an earlier attempt', async () => {
    const cwd = tempFolder()
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd })
    git('init', '--quiet')
    git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
    git('commit', '--quiet', '--allow-empty', '--message', 'x')
    const env = { GITHUB_TOKEN: 't', GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    const { code, out } = await typed(['ci', 'stats', '--github', '--json'], { cwd, env, now })
    expect(code).toBe(0)
    const { workflows, flakes } = JSON.parse(out)
    expect(workflows).toMatchObject([{ name: 'ci.yml', count: 122, failed: 1 }])
    expect(workflows[0].jobs).toMatchObject([{ queueMs: { p50: 10_000 }, durationMs: { p50: 120_000 } }])
    expect(flakes).toEqual([
      { workflow: 'ci.yml', job: 'test', commits: 1, rate: 1 / 121, costMs: 120_000, lastSha: 'sha-1' },
    ])
  })
})
