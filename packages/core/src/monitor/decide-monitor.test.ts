import { expect, test } from 'vitest'
import { nextMonitor } from './decide-monitor.ts'
import type { Check, Monitor } from './monitor.ts'

const monitor: Monitor = {
  id: 'm1',
  project: 'p',
  environment: 'production',
  service: 'backend',
  name: 'api',
  type: 'http',
  target: 'http://127.0.0.1:1/',
  everyMs: 5_000,
  timeoutMs: 1_000,
  confirmations: 2,
  state: 'unknown',
  since: null,
  streak: 0,
  last: null,
}
const check = (isOk: boolean, second = 0): Check => ({
  monitor: 'm1',
  at: new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString(),
  isOk,
  status: isOk ? 200 : 500,
  latencyMs: 3,
  error: isOk ? null : 'status 500',
})
const after = (first: Monitor, checks: boolean[]) =>
  checks.reduce(
    (seen, isOk, second) => {
      const next = nextMonitor(seen.monitor, check(isOk, second))
      return { monitor: next.monitor, changes: [...seen.changes, next.changed] }
    },
    { monitor: first, changes: [] as ('up' | 'down' | null)[] },
  )

test('the first good check makes an unknown monitor up, without calling it a change', () => {
  expect(after(monitor, [true])).toMatchObject({ monitor: { state: 'up', streak: 0 }, changes: [null] })
})

test('one bad check is not down yet, two in a row are', () => {
  const up: Monitor = { ...monitor, state: 'up' }
  expect(after(up, [false])).toMatchObject({ monitor: { state: 'up', streak: 1 }, changes: [null] })
  expect(after(up, [false, false])).toMatchObject({ monitor: { state: 'down' }, changes: [null, 'down'] })
})

test('a good check in between starts the count anew', () => {
  expect(after({ ...monitor, state: 'up' }, [false, true, false])).toMatchObject({
    monitor: { state: 'up', streak: 1 },
  })
})

test('coming back up needs as many checks', () => {
  expect(after({ ...monitor, state: 'down' }, [true, true])).toMatchObject({
    monitor: { state: 'up' },
    changes: [null, 'up'],
  })
})

test('a monitor that was never up is down after its confirmations', () => {
  expect(after(monitor, [false, false])).toMatchObject({ monitor: { state: 'down' }, changes: [null, 'down'] })
})
