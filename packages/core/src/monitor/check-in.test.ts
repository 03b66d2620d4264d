import { expect, test } from 'vitest'
import { type CheckIn, heardCheckIn, nextLookAt, overdueCheckIn, type SaidBeat } from './check-in.ts'
import type { Monitor } from './monitor.ts'

const start = Date.parse('2026-11-28T10:00:00.000Z')
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()
/** Every full hour. */
const nextTick = (_cron: unknown, after: string) =>
  new Date((Math.floor(Date.parse(after) / 3_600_000) + 1) * 3_600_000).toISOString()
const said = (over: Partial<SaidBeat> = {}): SaidBeat => ({
  ...{ cron: null, everyMs: 600_000, marginMs: 120_000, maxRunMs: 300_000, confirmations: null, recovery: null },
  ...over,
})
const hear = (known: Monitor | null, minutes: number, status: CheckIn['status'], more: Partial<CheckIn> = {}) =>
  heardCheckIn(
    known,
    {
      ...{ project: 'shop', environment: 'production', name: 'nightly', id: 'run', status, durationMs: null },
      ...{ at: at(minutes), beat: known ? null : said() },
      ...more,
    },
    'id',
    nextTick,
  )
const late = (monitor: Monitor, minutes: number) => overdueCheckIn(monitor, at(minutes), nextTick)

test('a job that tells of itself for the first time is a monitor, up when it ends well', () => {
  const began = hear(null, 0, 'in_progress')
  expect(began.check).toBeNull()
  expect(began.monitor).toMatchObject({
    ...{ type: 'check-in', name: 'nightly', target: 'every 10 min', state: 'unknown', confirmations: 1 },
    beat: { running: { id: 'run', since: at(0) }, dueAt: at(10) },
  })
  const ended = hear(began.monitor, 2, 'ok')
  expect(ended.monitor).toMatchObject({ state: 'up', beat: { running: null, dueAt: at(12) } })
  expect(ended.check).toEqual({
    monitor: 'id',
    at: at(2),
    isOk: true,
    status: null,
    latencyMs: 120_000,
    error: null,
  })
})

test('how long it took is what it says, else what lies between its own beginning and end', () => {
  const { monitor } = hear(null, 0, 'in_progress')
  expect(hear(monitor, 2, 'ok', { durationMs: 5_000 }).check?.latencyMs).toBe(5_000)
  expect(hear(monitor, 2, 'ok', { id: 'another' }).check?.latencyMs).toBe(0)
  expect(hear(hear(monitor, 1, 'in_progress').monitor, 2, 'ok').check?.latencyMs).toBe(120_000)
})

test('a job that says it failed is down, and up again when it ends well', () => {
  const { monitor, check } = hear(hear(null, 0, 'ok').monitor, 1, 'error')
  expect([monitor.state, check?.error]).toEqual(['down', 'the job says that it failed'])
  expect(hear(monitor, 2, 'ok').monitor.state).toBe('up')
})

test('it may take several failures to be down, and several ends to be up again', () => {
  const beat = said({ confirmations: 2, recovery: 3 })
  const states: string[] = []
  let { monitor } = hear(null, 0, 'ok', { beat })
  for (const [minute, status] of ['error', 'error', 'ok', 'ok', 'ok'].entries()) {
    monitor = hear(monitor, minute + 1, status as CheckIn['status'], { beat }).monitor
    states.push(monitor.state)
  }
  expect(states).toEqual(['up', 'down', 'down', 'down', 'up'])
  expect(monitor.confirmations).toBe(2)
})

test('what does not begin in its time, with its margin, is missed; and missed again at the next time', () => {
  const { monitor } = hear(null, 0, 'ok')
  expect(nextLookAt(monitor)).toEqual(at(12))
  expect(late(monitor, 11.99)).toBeNull()
  const missed = late(monitor, 12)
  expect(missed?.check).toMatchObject({
    isOk: false,
    error: `nothing was heard of it, it was expected at ${at(10)}`,
  })
  expect(missed?.monitor.state).toBe('down')
  expect(missed && nextLookAt(missed.monitor)).toEqual(at(24))
})

test('what began and does not end in time has failed; it is not missed as well', () => {
  const { monitor } = hear(null, 0, 'in_progress')
  expect(late(monitor, 4.9)).toBeNull()
  const timedOut = late(monitor, 5)
  expect(timedOut?.check).toMatchObject({
    isOk: false,
    latencyMs: 300_000,
    error: expect.stringContaining('did not end within 5 min'),
  })
  expect(timedOut && late(timedOut.monitor, 6)).toBeNull()
})

test('a run that goes on does not hide that the next was missed', () => {
  const { monitor } = hear(null, 0, 'in_progress', { beat: said({ maxRunMs: 86_400_000 }) })
  expect(late(monitor, 12)?.check?.error).toContain('nothing was heard')
  expect(late(monitor, 12)?.monitor.beat?.running).not.toBeNull()
})

test('a job by cron is due at its next time; one that says no time is never missed', () => {
  const cron = { expression: '0 * * * *', timezone: 'Europe/Berlin' }
  const hourly = hear(null, 10, 'ok', { beat: said({ cron, everyMs: null, marginMs: null, maxRunMs: null }) })
  expect(hourly.monitor).toMatchObject({ target: '0 * * * * (Europe/Berlin)', everyMs: 0, beat: { marginMs: 60_000 } })
  expect(nextLookAt(hourly.monitor)).toEqual(at(61))
  const free = hear(null, 0, 'ok', { beat: null }).monitor
  expect([free.target, nextLookAt(free), late(free, 100_000)]).toEqual(['at no set time', null, null])
  expect(nextLookAt({ ...free, beat: undefined })).toBeNull()
  expect(late({ ...free, beat: undefined }, 1)).toBeNull()
})

test('what is said of its time later holds from then on', () => {
  const { monitor } = hear(null, 0, 'ok')
  expect(hear(monitor, 1, 'ok', { beat: said({ everyMs: 5_400_000 }) }).monitor.target).toBe('every 90 min')
  expect(hear(monitor, 1, 'ok', { beat: said({ everyMs: 90_500 }) }).monitor.target).toBe('every 91 s')
  expect(hear(monitor, 1, 'ok', { beat: said({ everyMs: 172_800_000 }) }).monitor.target).toBe('every 2 d')
  expect(hear(monitor, 1, 'ok').monitor.target).toBe('every 10 min')
})
