import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, ask, product, runOf, server, until } from '../testing/control-plane.ts'
import { killCommand } from '../testing/vendors/kill-job.ts'
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
  toStaging,
} from '../testing/vendors/line-at-vendors.ts'
import type { Moment } from '../testing/vendors/nearby-vendors.ts'
import { illBackend, smallSample } from '../testing/vendors/small-sample.ts'

let at: Awaited<ReturnType<typeof openLine>>
beforeAll(async () => {
  at = await openLine('small')
})
afterAll(() => at.close())

/** Where the next job is killed: at what it asks for in that step. */
let target: { step: string; moment: Moment; killed: number } | null = null
let first = ''

test('what is broken behind the switch is taken back by itself, pages first', async () => {
  first = await toStaging('first')
  expect(await served(at.vendors, 'staging')).toEqual(all(first))
  await product().write(illBackend.path, illBackend.text)
  const row = await ended(await toMain('ill'))
  expect(row).toMatchObject({ state: 'failed', failure: expect.stringContaining('backend was switched, but') })
  const back = ['marketing.promote', 'builder.promote', 'runtime.switch', 'backend.switch']
  expect(inOrder(row, 'undone', switches)).toEqual(back)
  expect(await served(at.vendors, 'staging')).toEqual(all(first))
  await product().write(illBackend.path, smallSample[illBackend.path] ?? '')
}, 3_600_000)

test('a job that is killed at any step leaves the former release serving, whole', async () => {
  at.vendors.onAsked(killAtTarget)
  const steps = (await ended((await newest())?.release ?? ''))?.steps ?? []
  // A release_command that fly.toml does not have asks nobody; what is retired comes when the release is live.
  const places = steps.filter(({ kind, phase }) => kind !== 'release-command' && phase !== 'retire').map(({ id }) => id)
  const wrong: string[] = []
  let sha = ''
  for (const [index, step] of [...places, 'verify'].entries()) {
    const moment = index % 2 === 0 || step === 'database.migrate' ? 'before' : 'after'
    target = { step, moment, killed: 0 }
    const before = (await newest())?.id
    if (sha === '') sha = await toMain('next')
    else await ask('POST', `${api}/runs/${(await runOf(sha, 'deploy.yml'))?.id}/rerun`, { reason: step })
    const row = await until(newest, each => each?.id !== before && isOver(each), `the end of ${step}`, patienceMs)
    const found = await served(at.vendors, 'staging')
    const isRight = target.killed > 0 && row?.state === 'failed' && String(found) === String(all(first))
    if (!isRight) wrong.push(`${moment} ${step}: killed ${target.killed}, ${row?.state}, ${found}; ${row?.failure}`)
    await jobsAreOver()
  }
  target = null
  expect(wrong).toEqual([])
  await ask('POST', `${api}/runs/${(await runOf(sha, 'deploy.yml'))?.id}/rerun`, { reason: 'once more' })
  await until(newest, each => each?.state === 'live' && each.release === sha, 'its end', patienceMs)
  expect(await served(at.vendors, 'staging')).toEqual(all(sha))
  expect([at.vendors.vercel.oddities, at.vendors.fly.oddities]).toEqual([[], []])
}, 7_200_000)

/** Before the vendor hears of it, or when it is done and not answered: either way the job never learns. */
async function killAtTarget(moment: Moment): Promise<void> {
  if (target?.moment !== moment || target.killed > 0) return
  const row = await newest()
  const running = row?.state === 'verifying' ? 'verify' : row?.steps.find(({ status }) => status === 'running')?.id
  if (running !== target.step) return
  target.killed = await killCommand('deploy --environment staging', server().url)
  await new Promise(() => {})
}
