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

const own = (second = 0): Check => ({
  ...check(false, second),
  isOwnFault: true,
  error: 'the resolver here does not work',
})
const from = (state: Monitor['state'], checks: Check[]) =>
  checks.reduce((seen, one) => nextMonitor(seen, one).monitor, { ...monitor, state })

test('faults of this server never make a monitor down, and after as many as confirm it is unknown', () => {
  expect(
    from(
      'unknown',
      Array.from({ length: 9 }, () => own()),
    ).state,
  ).toBe('unknown')
  expect(from('up', [own()]).state).toBe('up')
  expect(from('up', [own(), own()])).toMatchObject({ state: 'unknown', last: { isOwnFault: true } })
  expect(nextMonitor(from('up', [own()]), own()).changed).toBeNull()
})

test('a fault of this server between two bad checks starts their count anew', () => {
  expect(from('up', [check(false), own(), check(false)]).state).toBe('up')
  expect(from('up', [own(), check(false)]).state).toBe('up')
  expect(from('up', [check(false), own(), check(false), check(false)]).state).toBe('down')
})

test('once this server sees again, the first good check decides, and bad ones as ever', () => {
  expect(from('up', [own(), own(), check(true)]).state).toBe('up')
  expect(from('up', [own(), own(), check(false)]).state).toBe('unknown')
  expect(from('up', [own(), own(), check(false), check(false)]).state).toBe('down')
})
