import { openQueue } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../testing/control-plane.ts'
import type { RunRequest } from './run-keeper.ts'
import { runIdOf } from './schedule.ts'
import { ScheduleKeeper, type ScheduleKeeperParts, workSchedules } from './schedule-keeper.ts'

const path = '.github/workflows/nightly.yml'
const nightly = (...schedules: string[]) => `on:
  schedule:
${schedules.map(one => `    - ${one}\n`).join('')}jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{ run: "true" }]
`
/** A minute ago, so that its tick is due for the database, whose clock cannot be set. */
const aMinuteAgo = () => new Date(Math.floor(Date.now() / 60_000) * 60_000 - 60_000)
/** Once a year, in the minute after `at`. */
const yearlyAfter = (at: Date) => {
  const tick = new Date(at.getTime() + 60_000)
  return {
    tick: tick.toISOString(),
    cron: `${tick.getUTCMinutes()} ${tick.getUTCHours()} ${tick.getUTCDate()} ${tick.getUTCMonth() + 1} *`,
  }
}

let database: Awaited<ReturnType<typeof embeddedDatabase>>
beforeAll(async () => {
  database = await embeddedDatabase()
})
afterAll(() => database.close())

function keeping(project: string, text: string, then: Date[] = []) {
  const started: RunRequest[] = []
  const faults: unknown[] = []
  const files = { text }
  const open = async () => {
    const queue = await openQueue(database)
    const parts: ScheduleKeeperParts = {
      project,
      queue,
      runs: { get: async (_project, id) => (started.some(one => one.id === id) ? ({ id } as never) : null) },
      repository: {
        head: async () => 'a'.repeat(40),
        files: async () => [{ path, text: files.text }],
        commit: async sha => ({ sha, title: 'The newest', author: 'Kim', email: '', at: '2026-01-01T00:00:00.000Z' }),
      },
      keeper: { start: async request => void started.push(request) as never },
      now: () => then.shift() ?? new Date(),
      log: { warn: facts => void faults.push(facts) },
    }
    const keeper = new ScheduleKeeper(parts)
    const start = async () => {
      await workSchedules(queue, async name => (name === project ? keeper : null))
      await keeper.start()
    }
    return { keeper, queue, start }
  }
  return { started, faults, files, open }
}

const waiting = async (project: string) => {
  const rows = await database.session(session =>
    session.query(
      `select data from pgboss.job where name = 'schedules' and data->>'project' = $1 and state = 'created'`,
      [project],
    ),
  )
  return rows.rows.length
}

test('a tick that came while no server ran starts its run once, late, with what main holds; the next one waits', async () => {
  const before = aMinuteAgo()
  const { cron, tick } = yearlyAfter(before)
  const { started, open } = keeping('late', nightly(`cron: "${cron}"`), [before])
  const first = await open()
  // Planned, and stopped before anything was due.
  await first.keeper.plan('a'.repeat(40))
  await first.queue.stop()
  const second = await open()
  await second.start()
  await until(
    async () => started.length,
    count => count > 0,
    'the run of the tick',
  )
  expect(started).toEqual([
    expect.objectContaining({
      id: runIdOf('late', { workflowPath: path, cron, timezone: 'UTC' }, tick),
      workflowPath: path,
      event: 'schedule',
      payload: { schedule: cron },
      ref: 'refs/heads/main',
      sha: 'a'.repeat(40),
      title: 'The newest',
    }),
  ])
  await until(
    () => waiting('late'),
    count => count === 1,
    'the tick of next year',
  )
  await second.queue.stop()
})

test('two servers, and plans made again and again, do not start a tick twice', async () => {
  const before = aMinuteAgo()
  const { cron } = yearlyAfter(before)
  const { started, open } = keeping(
    'twice',
    nightly(`cron: "${cron}"`),
    Array.from({ length: 6 }, () => before),
  )
  const [one, two] = [await open(), await open()]
  for (let n = 0; n < 3; n++) await Promise.all([one.keeper.plan('a'.repeat(40)), two.keeper.plan('a'.repeat(40))])
  expect(await waiting('twice')).toBe(1)
  await Promise.all([one.start(), two.start()])
  await until(
    () => waiting('twice'),
    count => count === 1 && started.length > 0,
    'the next tick',
  )
  // A restart in between hands the same tick out again: known by its id.
  await one.queue.send('schedules', {
    project: 'twice',
    schedule: { workflowPath: path, cron, timezone: 'UTC' },
    tick: new Date(before.getTime() + 60_000).toISOString(),
  })
  await until(
    () => waiting('twice'),
    count => count === 1,
    'the repeated tick handled',
  )
  await Promise.all([one.queue.stop(), two.queue.stop()])
  expect(started).toHaveLength(1)
})

test('what main does not ask for any more is not started, and what it asks for instead waits', async () => {
  const before = aMinuteAgo()
  const { cron } = yearlyAfter(before)
  const { started, faults, files, open } = keeping('gone', nightly(`cron: "${cron}"`), [before])
  const { keeper, queue, start } = await open()
  await keeper.plan('a'.repeat(40))
  files.text = nightly('cron: "0 1 1 1 *"')
  await start()
  await until(
    () => waiting('gone'),
    count => count === 1,
    'only the new one waits',
  )
  await queue.stop()
  expect(started).toEqual([])
  expect(faults).toEqual([])
})
