import { performance } from 'node:perf_hooks'
import { startAccessServer, TestBrowser } from '../apps/server/src/testing/access-server.ts'
import { type Benchmark, percentile } from './row.ts'

const people = 200
const signIns = 40
const checks = 2_000

/** 200 people on one server and its embedded database: signing in, the list, and who asks, for each request. */
export const benchmark: Benchmark = {
  name: 'people',
  async measure() {
    const server = await startAccessServer({ trustedProxies: ['127.0.0.1'] })
    try {
      const boss = await server.person('boss', { shop: 'owner' }, true)
      const { token } = await server.person('p0', { shop: 'viewer' })
      for (let n = 1; n < people; n++) await server.person(`p${n}`, { shop: 'viewer' })
      const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
      await withPassword(server.url, boss.token)
      const signed = await timed(signIns, () =>
        new TestBrowser(server.url).go('/api/auth/sign-in/email', {
          email: 'mia@example.com',
          password: 'correct horse',
        }),
      )
      const listed = await timed(100, () =>
        new TestBrowser(server.url).go('/api/v1/projects/shop/people', undefined, bearer(token)),
      )
      const checked = await timed(checks, () => server.access.callerOf(token, 'shop'))
      return [
        row(`signing in with a password, ${people} people`, signed, 500),
        row(`list of ${people} people`, listed, 50),
        row('who asks and their role, for one request', checked, 5),
      ]
    } finally {
      await server.stop()
    }
  },
}

async function withPassword(url: string, boss: string): Promise<void> {
  const asked = { authorization: `Bearer ${boss}` }
  const made = await new TestBrowser(url).go('/api/v1/projects/shop/invitations', { role: 'viewer' }, asked)
  const browser = new TestBrowser(url)
  await browser.go('/api/v1/invitations/look', { token: made.body.link.split('#')[1] })
  await browser.go('/api/auth/sign-up/email', { name: 'Mia', email: 'mia@example.com', password: 'correct horse' })
}

/** Milliseconds of each, after one that warms up. */
async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  await work()
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const before = performance.now()
    await work()
    took.push(performance.now() - before)
  }
  return took
}

const row = (what: string, took: number[], mostMs: number) => {
  const [half, most] = [percentile(took, 0.5), percentile(took, 0.95)]
  return {
    what,
    measured: `p50 ${half.toFixed(1)}, p95 ${most.toFixed(1)} ms`,
    target: `p95 < ${mostMs} ms`,
    isMet: most < mostMs,
  }
}
