import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
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
      'GET /api/v1/projects/shop/metrics': () => ({
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
    await typed(['ci', 'stats', '--budget', '3'], { env: server.env, now })
    // The server knows the budget of the config: only one that was asked for is told.
    expect(server.asked.map(({ query }) => query)).toEqual([{ days: '7' }, { days: '30', budgetMs: '180000' }])
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
  const newest = { updated_at: '2026-11-22T08:06:00Z' }
  const runs = [run(122, newest), run(1, { run_attempt: 2 }), ...Array.from({ length: 120 }, (_, at) => run(at + 2))]
  const slow = (id: number) => ({ ...job(id, 1, 'success'), completed_at: '2026-11-22T08:02:50Z' })
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const page = Number(url.searchParams.get('page')) - 1
    const ofRun = /\/actions\/runs\/(\d+)\/jobs$/.exec(url.pathname)?.[1]
    const answer = ofRun
      ? {
          jobs:
            ofRun === '1'
              ? [job(1, 1, 'failure'), job(1, 2, 'success')]
              : [ofRun === '122' ? slow(122) : job(Number(ofRun), 1, 'success')],
        }
      : { workflow_runs: runs.slice(page * 100, page * 100 + 100) }
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  afterAll(() => server.close())

  /** Run in a repository of GitHub with this config, or without one. */
  async function stats(config: string | null, ...options: string[]) {
    const cwd = tempFolder()
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd })
    git('init', '--quiet')
    git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
    git('commit', '--quiet', '--allow-empty', '--message', 'x')
    if (config !== null) writeFileSync(join(cwd, 'gantry.config.ts'), config)
    const env = { GITHUB_TOKEN: 't', GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    const { code, out, err } = await typed(['ci', 'stats', '--github', '--json', ...options], { cwd, env, now })
    expect(code).toBe(0)
    return { ...JSON.parse(out), err }
  }

  it('reads every page, and finds the flake in an earlier attempt', async () => {
    const { workflows, flakes } = await stats(null)
    expect(workflows).toMatchObject([{ name: 'ci.yml', count: 123, failed: 1 }])
    expect(workflows[0].jobs).toMatchObject([{ queueMs: { p50: 10_000 }, durationMs: { p50: 120_000 } }])
    expect(flakes).toEqual([
      { workflow: 'ci.yml', job: 'test', commits: 1, rate: 1 / 122, costMs: 120_000, lastSha: 'sha-1' },
    ])
  })
  const defaults = { budgetMs: 600_000, workflows: [{ overBudget: 0, anomaly: 'took 2 min 40 s, usually 2 min 00 s' }] }

  it('goes by the limits of gantry.config.ts, and by the budget that was asked for before that', async () => {
    const config = (anomalies: string) =>
      `export default { project: 'shop', services: { web: { path: '.', deploy: { provider: 'local', kind: 'node', entry: 'a.js' } } },
        environments: { production: { on: 'main' } }, anomalies: ${anomalies} }`
    const limited = await stats(config("{ least: '1m', budget: '150s' }"))
    expect(limited).toMatchObject({ budgetMs: 150_000, workflows: [{ overBudget: 1, anomaly: null }], err: '' })
    const asked = await stats(config("{ budget: '150s' }"), '--budget', '3')
    expect(asked).toMatchObject({ ...defaults, budgetMs: 180_000, err: '' })
  })

  it('goes by the usual limits without a config, and says so', async () => {
    const { err, ...figures } = await stats(null)
    expect(figures).toMatchObject(defaults)
    expect(err).toMatch(/so the usual limits apply:\n {2}expected gantry\.config\.ts in \/.+\n$/)
  })

  it.each([
    ['does not run', 'export default {'],
    ['is refused', 'export default { project: 5 }'],
    [
      'has limits that are none',
      "export default { project: 'shop', services: {}, environments: {}, anomalies: { budget: 'x' } }",
    ],
  ])('goes by the usual limits when the config %s, and says so once', async (_, config) => {
    const { err, ...figures } = await stats(config)
    expect(figures).toMatchObject(defaults)
    expect(err.match(/gantry\.config\.ts cannot be used, so the usual limits apply:\n {2}\S/g)).toHaveLength(1)
  })
})
