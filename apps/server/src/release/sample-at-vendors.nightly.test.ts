import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { openDatabase, storeOn } from '@gantry/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plane, product, runOf, until } from '../testing/control-plane.ts'
import {
  all,
  ended,
  inOrder,
  isOver,
  jobsAreOver,
  newest,
  openLine,
  patienceMs,
  served,
  switches,
  toMain,
  toProduction,
  toStaging,
} from '../testing/vendors/line-at-vendors.ts'

let at: Awaited<ReturnType<typeof openLine>>
beforeAll(async () => {
  at = await openLine('whole')
})
afterAll(() => at.close())

const out = ['backend.switch', 'runtime.switch', 'builder.promote', 'marketing.promote']
let first = ''

test('a release goes by staging and an approval to production: schema, API, pages', async () => {
  first = await toStaging('first')
  expect(await served(at.vendors, 'staging')).toEqual(all(first))
  await toProduction(first)
  expect(await served(at.vendors, 'production')).toEqual(all(first))
  const row = await ended(first)
  expect(row?.environment).toBe('production')
  expect(inOrder(row, 'done', ['migrate', ...switches])).toEqual(['database.migrate', ...out])
  // Production runs the very images of staging.
  expect(new Set(at.vendors.fly.machines.map(({ config }) => config.image)).size).toBe(2)
  await jobsAreOver()
  expect((await runOf(first, 'deploy.yml'))?.conclusion).toBe('success')
}, 3_600_000)

test('what is broken behind the switch is taken back by itself, pages first', async () => {
  expect(first).not.toBe('')
  const patch = resolve(import.meta.dirname, '../../../../examples/sitebuilder/breaks/never-healthy.patch')
  await promisify(execFile)('git', ['apply', '--index', patch], { cwd: product().dir })
  const row = await ended(await toMain('never-healthy'))
  expect(row).toMatchObject({ state: 'failed', failure: expect.stringContaining('backend was switched, but') })
  expect(inOrder(row, 'undone', switches)).toEqual(out.toReversed())
  expect(await served(at.vendors, 'staging')).toEqual(all(first))
  await product().git('revert', '--no-edit', 'HEAD')
}, 3_600_000)

test('a release that is worse in production is rolled back by its verdict, through rollback.yml', async () => {
  expect(first).not.toBe('')
  const second = await toStaging('second')
  await toProduction(second)
  expect(await served(at.vendors, 'production')).toEqual(all(second))
  await requestsFail(second)
  const row = await until(newest, each => each?.kind === 'rollback' && isOver(each), 'a rollback', patienceMs)
  expect(row).toMatchObject({ state: 'live', release: first, requestedBy: 'gantry', environment: 'production' })
  expect(inOrder(row, 'done', switches)).toEqual(out.toReversed())
  expect(await served(at.vendors, 'production')).toEqual(all(first))
}, 3_600_000)

/** What counts requests at a vendor reports them, which nothing does yet: they are written. The release itself reports an error. */
async function requestsFail(sha: string): Promise<void> {
  const store = storeOn(await openDatabase({ kind: 'postgres', url: plane.databaseUrl ?? '' }))
  const row = { project: 'tiny', environment: 'production', service: 'backend', release: sha }
  const second = (n: number) => new Date(Date.now() + n * 1_000 - 3_000).toISOString()
  await store.alerts.addTraffic(
    [0, 1, 2].map(n => ({ ...row, at: second(n), requests: 200, failures: 120, errors: 0 })),
  )
  await store.close()
  const { origin, pathname, username } = new URL(at.dsn)
  const event = { event_id: '0'.repeat(32), release: sha, environment: 'production', message: 'it fails' }
  const body = [{ event_id: event.event_id }, { type: 'event' }, event].map(each => JSON.stringify(each)).join('\n')
  const answer = await fetch(`${origin}/api${pathname}/envelope/?sentry_key=${username}`, { method: 'POST', body })
  expect(answer.status).toBe(200)
}
