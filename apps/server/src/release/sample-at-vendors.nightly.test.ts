import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { product, runOf, until } from '../testing/control-plane.ts'
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
  await apply('never-healthy')
  const row = await ended(await toMain('never-healthy'))
  expect(row).toMatchObject({ state: 'failed', failure: expect.stringContaining('backend was switched, but') })
  expect(inOrder(row, 'undone', switches)).toEqual(out.toReversed())
  expect(await served(at.vendors, 'staging')).toEqual(all(first))
  await product().git('revert', '--no-edit', 'HEAD')
}, 3_600_000)

test('a release that fails its visitors is rolled back by the verdict, through rollback.yml: pages first', async () => {
  expect(first).not.toBe('')
  await apply('fails-30-percent')
  const second = await toStaging('second')
  await toProduction(second)
  expect(await served(at.vendors, 'production')).toEqual(all(second))
  const look = () => visit().then(newest)
  await until(look, each => each?.kind === 'rollback', 'a rollback', patienceMs)
  const row = await until(newest, isOver, 'its end', patienceMs)
  expect(row?.reason).toMatch(/verdict worse: .* requests to builder failed/)
  expect(row).toMatchObject({ state: 'live', release: first, requestedBy: 'gantry', environment: 'production' })
  expect(inOrder(row, 'done', switches)).toEqual(out.toReversed())
  expect(await served(at.vendors, 'production')).toEqual(all(first))
}, 3_600_000)

async function apply(name: string): Promise<void> {
  const patch = resolve(import.meta.dirname, `../../../../examples/sitebuilder/breaks/${name}.patch`)
  await promisify(execFile)('git', ['apply', '--index', patch], { cwd: product().dir })
}

/** People who look at their sites, as the pages of the builder do: through Vercel, which hands the API on to Fly.io. */
async function visit(): Promise<void> {
  const url = `https://${at.vendors.hosts['sitebuilder-builder-production']}/api/sites`
  await Promise.all(Array.from({ length: 10 }, async () => (await fetch(url)).text()))
}
